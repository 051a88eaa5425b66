package io.waybill.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The client interceptor keeps the contract, for calls of one kind, over Netty. */
public abstract class GrpcClientContract extends ClientInterceptorContract {
  private final Kind kind;

  protected GrpcClientContract(Kind kind) {
    this.kind = kind;
  }

  /**
   * Returns the interceptors of the client, the innermost first.
   *
   * @param waybill whose interceptor is among them
   */
  protected List<ClientInterceptor> interceptors(Waybill waybill) {
    return List.of(WaybillGrpc.client(waybill));
  }

  @Override
  protected boolean repeats() {
    return kind.requests == 1;
  }

  @Override
  protected Server serve(Service service) throws Exception {
    Hops hops = new Hops();
    ContractHandler handler =
        new ContractHandler(headers -> service.serve(ContractCall.lines(headers)), callback -> {});
    String origin = Hops.origin(hops.start(hops.serverBuilder().addService(handler.service())));
    return new Server() {
      private boolean closed;

      @Override
      public String origin() {
        return origin;
      }

      @Override
      public void close() throws Exception {
        if (!closed) {
          closed = true;
          hops.close();
        }
      }
    };
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) throws Exception {
    Hops hops = new Hops();
    ManagedChannel raw =
        hops.channel(Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1)));
    Channel inner = ClientInterceptors.intercept(raw, new Below(below));
    Channel channel = inner;
    if (waybill != null) {
      for (ClientInterceptor interceptor : interceptors(waybill)) {
        channel = ClientInterceptors.intercept(channel, interceptor);
      }
    }
    return new OpenClient(hops, channel, kind);
  }

  private record OpenClient(Hops hops, Channel channel, Kind kind) implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      Channel sending =
          ClientInterceptors.intercept(
              channel, MetadataUtils.newAttachHeadersInterceptor(ContractCall.metadata(headers)));
      if (kind.requests > 1) {
        return waitFor(ContractCall.start(channel, kind, headers, name -> {}));
      }
      StringBuilder text = new StringBuilder();
      ClientCalls.blockingServerStreamingCall(
              sending, kind.method, CallOptions.DEFAULT, Note.getDefaultInstance())
          .forEachRemaining(note -> text.append(note.getText()));
      return text.toString();
    }

    /** A stream has no blocking call. */
    private static String waitFor(ContractCall.Answer answer) throws Exception {
      try {
        return answer.thenApply(OpenClient::text).get(30, TimeUnit.SECONDS);
      } catch (ExecutionException failed) {
        throw (StatusRuntimeException) failed.getCause();
      }
    }

    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      ContractCall.Answer answer = ContractCall.start(channel, kind, headers, callback);
      return cancelling(answer, answer.thenApply(OpenClient::text));
    }

    private static String text(ContractCall.Answered answered) {
      if (!answered.status().isOk()) {
        throw answered.status().asRuntimeException();
      }
      return answered.text();
    }

    @Override
    public void close() throws Exception {
      hops.close();
    }
  }

  private record Below(Runnable task) implements ClientInterceptor {
    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      task.run();
      return next.newCall(method, options);
    }
  }
}
