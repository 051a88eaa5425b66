package io.waybill.grpc;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerInterceptorContract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The server interceptor keeps the contract, for calls of one kind, over Netty. */
public abstract class GrpcServerContract extends ServerInterceptorContract {
  private final Kind kind;

  protected GrpcServerContract(Kind kind) {
    this.kind = kind;
  }

  /**
   * Returns the interceptors of the server, the innermost first.
   *
   * @param waybill whose interceptor is among them
   */
  protected List<ServerInterceptor> interceptors(Waybill waybill) {
    return List.of(WaybillGrpc.server(waybill));
  }

  @Override
  protected Server start(Waybill waybill, Service service) throws Exception {
    Hops hops = new Hops();
    ContractHandler handler = new ContractHandler(headers -> service.serve(), service::called);
    NettyServerBuilder builder = hops.serverBuilder().addService(handler.service());
    if (waybill != null) {
      interceptors(waybill).forEach(builder::intercept);
    }
    ManagedChannel channel = hops.channel(hops.start(builder));
    return new Server() {
      @Override
      public CompletableFuture<Reply> call(Map<String, String> headers) {
        ContractCall.Answer answer = ContractCall.start(channel, kind, headers, name -> {});
        return cancelling(answer, answer.thenApply(GrpcServerContract::reply));
      }

      @Override
      public void close() throws Exception {
        hops.close();
      }
    };
  }

  private static Reply reply(ContractCall.Answered answered) {
    Map<String, String> first = new HashMap<>();
    ContractCall.lines(answered.metadata()).forEach((name, lines) -> first.put(name, lines.get(0)));
    return new Reply(answered.status().getCode().name(), answered.text(), first);
  }
}
