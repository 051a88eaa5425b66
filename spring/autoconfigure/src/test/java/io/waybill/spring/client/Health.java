package io.waybill.spring.client;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.waybill.testing.TestPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gRPC server of health that remembers what it was sent. */
final class Health implements AutoCloseable {
  private final Server server;
  private final Queue<Metadata> seen = new ConcurrentLinkedQueue<>();

  /**
   * Starts one.
   *
   * @param peer who it is by TLS; null for plaintext
   */
  Health(@Nullable TestPeer peer) {
    InetSocketAddress anyPort = new InetSocketAddress("127.0.0.1", 0);
    NettyServerBuilder builder =
        peer == null
            ? NettyServerBuilder.forAddress(anyPort)
            : NettyServerBuilder.forAddress(
                anyPort, TlsServerCredentials.newBuilder().keyManager(peer.keyManagers()).build());
    try {
      server =
          builder
              .addService(new HealthStatusManager().getHealthService())
              .intercept(new Recording(seen))
              .build()
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Recording(Queue<Metadata> seen) implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      seen.add(headers);
      return next.startCall(call, headers);
    }
  }

  String authority() {
    return "127.0.0.1:" + server.getPort();
  }

  static void check(HealthGrpc.HealthBlockingStub stub) {
    stub.withDeadlineAfter(30, TimeUnit.SECONDS).check(HealthCheckRequest.getDefaultInstance());
  }

  /** Returns the lines of a header of all calls. */
  List<String> lines(String name) {
    List<String> lines = new ArrayList<>();
    for (Metadata headers : seen) {
      Iterable<String> all =
          headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      if (all != null) {
        all.forEach(lines::add);
      }
    }
    return lines;
  }

  int calls() {
    return seen.size();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
