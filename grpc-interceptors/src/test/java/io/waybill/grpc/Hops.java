package io.waybill.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Servers and channels on 127.0.0.1, their threads, and the spans of all of them. */
final class Hops implements AutoCloseable {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());

  private static final int THREADS = 4;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  final EndedSpans spans = new EndedSpans();
  final OpenTelemetrySdk openTelemetry = sdk(WaybillPropagator.create());
  private final ExecutorService serverThreads = Executors.newFixedThreadPool(THREADS);
  private final ExecutorService clientThreads = Executors.newFixedThreadPool(THREADS);
  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** An SDK whose spans are kept here, with trace context and {@code baggage} propagated. */
  OpenTelemetrySdk sdk(TextMapPropagator baggage) {
    TextMapPropagator both =
        TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), baggage);
    return OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(spans).build())
        .setPropagators(ContextPropagators.create(both))
        .build();
  }

  /** The set-up of a service that believes everybody and, so far, releases nothing. */
  WaybillBuilder waybill() {
    return waybill(openTelemetry);
  }

  static WaybillBuilder waybill(OpenTelemetry openTelemetry) {
    return Waybill.builder(openTelemetry)
        .carry(USER)
        .carry(TENANT)
        .carry(PLAN)
        .peers(peer -> TrustZone.OWN);
  }

  /** The set-up of a service for which {@code server} is one of its own. */
  Waybill waybillTo(Server server) {
    return waybill().destination(origin(server), TrustZone.OWN).build();
  }

  /** Starts a server with Waybill outside of {@code inner}. */
  Server server(Waybill waybill, BindableService service, ServerInterceptor... inner)
      throws IOException {
    NettyServerBuilder builder = serverBuilder().addService(service);
    for (ServerInterceptor interceptor : inner) {
      builder.intercept(interceptor);
    }
    return start(builder.intercept(WaybillGrpc.server(waybill)));
  }

  NettyServerBuilder serverBuilder() {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .executor(serverThreads);
  }

  Server start(NettyServerBuilder builder) throws IOException {
    Server server = builder.build().start();
    servers.add(server);
    return server;
  }

  ManagedChannel channel(Server server) {
    return open(channelBuilder(server));
  }

  ManagedChannel channel(int port) {
    return open(channelBuilder(port));
  }

  NettyChannelBuilder channelBuilder(Server server) {
    return channelBuilder(server.getPort());
  }

  private NettyChannelBuilder channelBuilder(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().executor(clientThreads);
  }

  ManagedChannel open(NettyChannelBuilder builder) {
    ManagedChannel channel = builder.build();
    channels.add(channel);
    return channel;
  }

  /** A stub through Waybill for which {@code server} is its own. */
  HopGrpc.HopBlockingStub stub(Server server) {
    return stub(server, waybillTo(server));
  }

  HopGrpc.HopBlockingStub stub(Server server, Waybill waybill) {
    return WaybillGrpc.wrap(HopGrpc.newBlockingStub(channel(server)), waybill)
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  static String origin(Server server) {
    return "grpc://127.0.0.1:" + server.getPort();
  }

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  static Note note(String text) {
    return Note.newBuilder().setText(text).build();
  }

  /** Returns the user of the current request, or "nobody". */
  static String user() {
    RequestScope scope = RequestScope.currentOrNull();
    String user = scope == null ? null : scope.get(USER);
    return user == null ? "nobody" : user;
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, 30, condition);
  }

  static void await(String what, long seconds, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waiting for " + what).isNegative();
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Stops all, then looks at what the calls have left behind: no Context on any thread. */
  @Override
  public void close() throws Exception {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    for (Server server : servers) {
      server.shutdownNow();
      assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    for (ExecutorService threads : List.of(serverThreads, clientThreads)) {
      assertThat(contextsOf(threads)).containsOnly(Context.root());
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    openTelemetry.close();
  }

  private static List<Context> contextsOf(ExecutorService threads) throws Exception {
    // None is done before all have begun, so each thread has one.
    CyclicBarrier all = new CyclicBarrier(THREADS);
    Callable<Context> look =
        () -> {
          all.await(30, TimeUnit.SECONDS);
          return Context.current();
        };
    List<Future<Context>> looks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      looks.add(threads.submit(look));
    }
    List<Context> contexts = new ArrayList<>();
    for (Future<Context> one : looks) {
      contexts.add(one.get(60, TimeUnit.SECONDS));
    }
    return contexts;
  }
}
