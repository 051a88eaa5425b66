package io.waybill.benchmarks.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service behind a socket and a channel to it, both in this process and as they are by default,
 * with something installed on both sides. One thread makes unary calls, many of them at once.
 */
public final class SocketCalls implements AutoCloseable {
  /** How many calls are made at once. */
  public static final int AT_ONCE = 64;

  private static final int LONGEST_CALL_SECONDS = 30;
  private static final MethodDescriptor<String, String> UNARY = SentText.unary("bench.Shop/Unary");

  private final Calls installed;
  private final Server server;
  private final ManagedChannel channel;
  private final Scope around;
  private final String expected;

  /** Starts the server and connects; calls are made in the Context of {@code installed}. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public SocketCalls(Calls installed) throws IOException {
    this.installed = installed;
    this.server = server();
    this.channel = channel();
    this.around = installed.caller().makeCurrent();
    this.expected = installed.expected();
  }

  private Server server() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0));
    installed.install(builder.directExecutor());
    return builder.addService(service()).build().start();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("bench.Shop")
        .addMethod(
            UNARY,
            ServerCalls.asyncUnaryCall(
                (request, response) -> {
                  response.onNext(String.valueOf(installed.user()));
                  response.onCompleted();
                }))
        .build();
  }

  // Named as in process, so that destinations are the same.
  private ManagedChannel channel() {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
            .overrideAuthority("localhost")
            .usePlaintext();
    installed.install(builder.directExecutor());
    return builder.build();
  }

  /**
   * Makes {@link #AT_ONCE} calls, and waits until all are answered.
   *
   * @throws IllegalStateException if one failed, or its handler read another user
   */
  public void call() throws InterruptedException {
    Answers answers = new Answers(expected);
    for (int i = 0; i < AT_ONCE; i++) {
      ClientCalls.asyncUnaryCall(channel.newCall(UNARY, CallOptions.DEFAULT), "ping", answers);
    }
    answers.await();
  }

  @Override
  public void close() throws InterruptedException {
    around.close();
    installed.leave();
    channel.shutdownNow().awaitTermination(LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
  }

  private static final class Answers implements StreamObserver<String> {
    private final CountDownLatch missing = new CountDownLatch(AT_ONCE);
    private final String expected;
    private volatile @Nullable Throwable failed;

    Answers(String expected) {
      this.expected = expected;
    }

    void await() throws InterruptedException {
      boolean all = missing.await(LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
      if (!all || failed != null) {
        throw new IllegalStateException("a call failed, or had no answer", failed);
      }
    }

    @Override
    public void onNext(String user) {
      if (!user.equals(expected)) {
        failed = new IllegalStateException("user: " + user + " (expected: " + expected + ")");
      }
    }

    @Override
    public void onError(Throwable status) {
      failed = status;
      missing.countDown();
    }

    @Override
    public void onCompleted() {
      missing.countDown();
    }
  }
}
