package io.waybill.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.examples.demo.proto.Order;
import io.waybill.examples.demo.proto.OrdersGrpc;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Java of {@code grpc-interceptors/README.md} compiles and runs: it is from here. */
class GrpcPageTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
  private final Tokens tokens = user -> "t-" + user;

  private interface Tokens {
    String of(String user);
  }

  final class UsersToken extends CallCredentials {
    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + tokens.of(RequestScope.current().require(USER)));
      applier.apply(headers);
    }
  }

  @Test
  void token_isThatOfTheUser_onAColdChannel() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Server server = seeing(seen);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    var orders =
        WaybillGrpc.wrap(OrdersGrpc.newBlockingStub(channel), waybill)
            .withCallCredentials(new UsersToken());

    assertThatThrownBy(
            () ->
                waybill
                    .request()
                    .with(USER, "u-1")
                    .run(() -> orders.place(Order.getDefaultInstance())))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNIMPLEMENTED");
    channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);

    assertThat(seen).containsExactly("Bearer t-u-1");
  }

  private static Server seeing(Queue<String> tokens) throws IOException {
    ServerInterceptor reading =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            tokens.add(headers.get(AUTHORIZATION));
            return next.startCall(call, headers);
          }
        };
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .addService(new OrdersGrpc.OrdersImplBase() {})
        .intercept(reading)
        .build()
        .start();
  }
}
