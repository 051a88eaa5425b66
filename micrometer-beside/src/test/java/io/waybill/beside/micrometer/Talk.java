package io.waybill.beside.micrometer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.policy.TrustZone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A gRPC server and a client over a socket, with the interceptors of Micrometer and of Waybill. */
final class Talk implements AutoCloseable {
  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName("test.Talk/Who")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private final Company company;
  private final Server server;
  private final ManagedChannel channel;

  private static final class Text implements Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  Talk(Company company, Around around) throws IOException {
    this.company = company;
    this.server = server(around).start();
    this.channel = channel(around);
  }

  private Server server(Around around) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder("test.Talk")
                    .addMethod(
                        WHO,
                        ServerCalls.asyncUnaryCall(
                            (asked, answers) -> {
                              answers.onNext(company.observe("handler", Identities::seen));
                              answers.onCompleted();
                            }))
                    .build());
    ServerInterceptor theirs = new ObservationGrpcServerInterceptor(company.registry());
    // What is added last is outermost.
    if (around.isInside()) {
      builder.intercept(theirs);
    }
    WaybillGrpc.install(
        builder, Fields.of(OpenTelemetry.noop()).peers(peer -> TrustZone.OWN).build());
    if (around.isOutside()) {
      builder.intercept(theirs);
    }
    return builder.build();
  }

  private ManagedChannel channel(Around around) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext();
    if (around.isInside()) {
      builder.intercept(new ObservationGrpcClientInterceptor(company.registry()));
    }
    WaybillGrpc.install(
        builder,
        Fields.of(OpenTelemetry.noop())
            .destination("grpc://127.0.0.1:" + server.getPort(), TrustZone.OWN)
            .build());
    if (around.isOutside()) {
      builder.intercept(new ObservationGrpcClientInterceptor(company.registry()));
    }
    return builder.build();
  }

  int port() {
    return server.getPort();
  }

  /** Returns what the server's handler sees, in an observation of its own. */
  String who() {
    return ClientCalls.blockingUnaryCall(channel, WHO, CallOptions.DEFAULT, "");
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdown().awaitTermination(60, TimeUnit.SECONDS);
    server.shutdown().awaitTermination(60, TimeUnit.SECONDS);
  }
}
