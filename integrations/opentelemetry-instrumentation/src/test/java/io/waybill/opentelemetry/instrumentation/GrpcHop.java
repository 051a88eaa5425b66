package io.waybill.opentelemetry.instrumentation;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A gRPC server on the loopback address that remembers the baggage it was sent. */
final class GrpcHop implements AutoCloseable {
  static final Metadata.Key<String> BAGGAGE =
      Metadata.Key.of("baggage", Metadata.ASCII_STRING_MARSHALLER);
  static final MethodDescriptor<String, String> GET =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("shop.Orders/Get")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private final Server server;
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  /** Serves {@code service}, with what {@code installed} adds outside of the memory. */
  GrpcHop(
      int port,
      ServerCredentials credentials,
      Supplier<String> service,
      UnaryOperator<ServerBuilder<?>> installed)
      throws IOException {
    ServerServiceDefinition definition =
        ServerServiceDefinition.builder("shop.Orders")
            .addMethod(
                GET,
                ServerCalls.asyncUnaryCall(
                    (request, answer) -> {
                      answer.onNext(service.get());
                      answer.onCompleted();
                    }))
            .build();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
            .addService(definition)
            .intercept(new Memory());
    server = installed.apply(builder).build().start();
  }

  /** Returns one that only remembers, without TLS. */
  static GrpcHop remembering() throws IOException {
    return new GrpcHop(
        0, InsecureServerCredentials.create(), () -> "arrived", UnaryOperator.identity());
  }

  int port() {
    return server.getPort();
  }

  String origin() {
    return "grpc://127.0.0.1:" + port();
  }

  /** Returns a channel without TLS, for the caller to close. */
  ManagedChannel channel() {
    return Grpc.newChannelBuilder("127.0.0.1:" + port(), InsecureChannelCredentials.create())
        .build();
  }

  static String get(Channel channel) {
    return ClientCalls.blockingUnaryCall(
        channel, GET, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), "");
  }

  /** Returns the baggage of each call, but for the request's number; "" for none. */
  List<String> seen() {
    return seen.stream().map(line -> line.replaceAll("request\\.id=[0-9a-f]{32},", "")).toList();
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
  }

  private final class Memory implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      Iterable<String> lines = headers.getAll(BAGGAGE);
      seen.add(lines == null ? "" : String.join(" / ", lines));
      return next.startCall(call, headers);
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try (stream) {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
