package io.waybill.benchmarks.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A service in this process and a channel to it, with something installed on both sides. Everything
 * runs on the thread that calls: no wait for another thread hides what is measured, or adds to it.
 */
public abstract class Calls {
  /** How many messages a stream has. */
  public static final int MESSAGES = 10_000;

  /** What the handler reads of each call's identity. */
  public static final String USER = "user.id";

  private static final MethodDescriptor<String, String> UNARY =
      Passed.method("bench.Shop/Unary", MethodDescriptor.MethodType.UNARY);
  private static final MethodDescriptor<String, String> DOWN =
      Passed.method("bench.Shop/Down", MethodDescriptor.MethodType.SERVER_STREAMING);
  private static final MethodDescriptor<String, String> UP =
      Passed.method("bench.Shop/Up", MethodDescriptor.MethodType.CLIENT_STREAMING);

  private Server server;
  private ManagedChannel channel;
  private Scope around;

  /** Makes an end that is not open yet. */
  @SuppressWarnings("NullAway.Init") // JMH calls open() first
  protected Calls() {}

  /** Installs what is measured in the server. */
  protected abstract void install(ServerBuilder<?> builder);

  /** Installs what is measured in the channel. */
  protected abstract void install(ManagedChannelBuilder<?> builder);

  /** Returns the Context in which service code makes its calls. */
  protected Context caller() {
    return Context.root();
  }

  /** Returns {@link #USER} as the code of a handler reads it; null where nothing carries it. */
  protected @Nullable String user() {
    return null;
  }

  /** Starts the server, connects, and checks that the handler reads what it should. */
  @Setup
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public final void open() throws IOException {
    String name = InProcessServerBuilder.generateName();
    ServerBuilder<?> serverBuilder = InProcessServerBuilder.forName(name).directExecutor();
    install(serverBuilder);
    server = serverBuilder.addService(service()).build().start();
    ManagedChannelBuilder<?> channelBuilder = InProcessChannelBuilder.forName(name);
    install(channelBuilder.directExecutor());
    channel = channelBuilder.build();
    around = caller().makeCurrent();
    String read = unary();
    if (!read.equals(expected())) {
      throw new IllegalStateException(getClass() + ": the handler reads another user");
    }
  }

  /** Returns what {@link #unary} answers; by default what is read here is read there. */
  protected String expected() {
    return String.valueOf(user());
  }

  /** Leaves what the constructor has made current. */
  protected void leave() {}

  /** Stops all. */
  @TearDown
  public final void close() {
    around.close();
    leave();
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** Makes a unary call, and returns the user that its handler has read. */
  public final String unary() {
    return ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "ping");
  }

  /** Receives {@link #MESSAGES} messages on one call, and returns how many came. */
  public final int down() {
    Counter counter = new Counter();
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(DOWN, CallOptions.DEFAULT), "ping", counter);
    return counter.complete(MESSAGES);
  }

  /** Sends {@link #MESSAGES} messages on one call, and returns how many were answered. */
  public final int up() {
    Counter counter = new Counter();
    ClientCall<String, String> call = channel.newCall(UP, CallOptions.DEFAULT);
    StreamObserver<String> requests = ClientCalls.asyncClientStreamingCall(call, counter);
    for (int i = 0; i < MESSAGES; i++) {
      requests.onNext("ping");
    }
    requests.onCompleted();
    return counter.complete(1);
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("bench.Shop")
        .addMethod(
            UNARY,
            ServerCalls.asyncUnaryCall(
                (request, response) -> {
                  response.onNext(String.valueOf(user()));
                  response.onCompleted();
                }))
        .addMethod(
            DOWN,
            ServerCalls.asyncServerStreamingCall(
                (request, response) -> {
                  for (int i = 0; i < MESSAGES; i++) {
                    response.onNext("pong");
                  }
                  response.onCompleted();
                }))
        .addMethod(UP, ServerCalls.asyncClientStreamingCall(Counter::new))
        .build();
  }

  /** Counts what comes, and answers once at the end where there is somebody to answer. */
  private static final class Counter implements StreamObserver<String> {
    private final @Nullable StreamObserver<String> answers;
    private int count;
    private boolean completed;

    Counter() {
      this(null);
    }

    Counter(@Nullable StreamObserver<String> answers) {
      this.answers = answers;
    }

    int complete(int expected) {
      if (!completed || count != expected) {
        throw new IllegalStateException("messages: " + count + " (expected: " + expected + ")");
      }
      return count;
    }

    @Override
    public void onNext(String message) {
      count++;
    }

    @Override
    public void onError(Throwable failed) {
      throw new IllegalStateException(failed);
    }

    @Override
    public void onCompleted() {
      completed = true;
      if (answers != null) {
        answers.onNext("pong");
        answers.onCompleted();
      }
    }
  }
}
