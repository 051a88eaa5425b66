package io.waybill.beside;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.grpc.WaybillGrpc;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A client and a server with Waybill, and another instrumentation outside or inside of it. A call
 * is made in a span named "caller", for a user, and handled in a span named "work".
 */
final class Beside implements AutoCloseable {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Where the other instrumentation is, seen from Waybill's interceptor. */
  enum Other {
    ABSENT,
    OUTSIDE,
    INSIDE
  }

  final OpenTelemetrySdk openTelemetry;
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SpanMode mode;
  private final List<Waybill> waybills = new ArrayList<>();
  private final List<AutoCloseable> closing = new ArrayList<>();
  private final Queue<String> received = new ConcurrentLinkedQueue<>();
  private final Queue<List<String>> parents = new ConcurrentLinkedQueue<>();
  private final AtomicInteger started = new AtomicInteger();
  private final ExecutorService serverThreads = Executors.newFixedThreadPool(4);
  private final Tracer tracer;

  Beside(SpanMode mode) {
    this(mode, WaybillPropagator.create());
  }

  Beside(SpanMode mode, TextMapPropagator baggage) {
    this.mode = mode;
    this.openTelemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(new Started())
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(
                ContextPropagators.create(
                    TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), baggage)))
            .build();
    this.tracer = openTelemetry.getTracer("test");
  }

  Server server(Other other, Consumer<NettyServerBuilder> installOther) throws Exception {
    Waybill waybill = strict(waybill().peers(peer -> TrustZone.OWN));
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .executor(serverThreads)
            .addService(new Words(this::work));
    // What is added last is outermost.
    inside(other, builder, installOther);
    WaybillGrpc.install(builder, waybill);
    outside(other, builder, installOther);
    builder.intercept(new Received());
    Server server = builder.build().start();
    closing.add(() -> server.shutdown().awaitTermination(60, TimeUnit.SECONDS));
    return server;
  }

  /** Opens a channel on which Waybill releases all to {@code server}, if it is {@code named}. */
  ManagedChannel channel(
      Server server, boolean named, Other other, Consumer<NettyChannelBuilder> installOther) {
    WaybillBuilder setUp = waybill();
    if (named) {
      setUp.destination("grpc://127.0.0.1:" + server.getPort(), TrustZone.OWN);
    }
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext();
    inside(other, builder, installOther);
    WaybillGrpc.install(builder, strict(setUp));
    outside(other, builder, installOther);
    ManagedChannel channel = builder.build();
    closing.add(0, () -> channel.shutdown().awaitTermination(60, TimeUnit.SECONDS));
    return channel;
  }

  /** Opens a channel on which nobody traces. */
  ManagedChannel plainChannel(Server server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    closing.add(0, () -> channel.shutdown().awaitTermination(60, TimeUnit.SECONDS));
    return channel;
  }

  private static <B> void inside(Other other, B builder, Consumer<B> install) {
    if (other == Other.INSIDE) {
      install.accept(builder);
    }
  }

  private static <B> void outside(Other other, B builder, Consumer<B> install) {
    if (other == Other.OUTSIDE) {
      install.accept(builder);
    }
  }

  private WaybillBuilder waybill() {
    return Waybill.builder(openTelemetry).carry(USER).carry(PLAN).spans(mode);
  }

  private Waybill strict(WaybillBuilder builder) {
    Waybill waybill = builder.leakDetection(LeakDetection.STRICT).build();
    waybills.add(waybill);
    return waybill;
  }

  /** Makes a call for a user; returns who the handler saw. */
  String call(ManagedChannel channel, Words.Kind kind, String user) throws Exception {
    Span caller = tracer.spanBuilder("caller").startSpan();
    try (Scope ignored = caller.makeCurrent()) {
      RequestScope.Task<String, Exception> task = () -> Words.call(channel, kind);
      return waybills.get(0).request().with(USER, user).with(PLAN, "gold").call(task);
    } finally {
      caller.end();
    }
  }

  private String work() {
    Span work = tracer.spanBuilder("work").startSpan();
    try (Scope ignored = work.makeCurrent()) {
      RequestScope scope = RequestScope.currentOrNull();
      return scope == null ? "no scope" : scope.get(USER) + " " + scope.get(PLAN);
    } finally {
      work.end();
    }
  }

  /** Returns the {@code baggage} lines that the server received so far. */
  String received() {
    return String.join("\n", received);
  }

  /** Returns the {@code traceparent} lines that the server received with each call so far. */
  List<List<String>> parents() {
    return List.copyOf(parents);
  }

  /** Returns the spans of the calls so far, when all have ended. */
  List<SpanData> spans() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (exporter.getFinishedSpanItems().size() < started.get()) {
      assertThat(System.nanoTime() - deadline).as("waiting for the end of spans").isNegative();
      LockSupport.parkNanos(POLL_NANOS);
    }
    return List.copyOf(exporter.getFinishedSpanItems());
  }

  static List<String> names(List<SpanData> spans) {
    return spans.stream().map(span -> span.getKind() + " " + span.getName()).toList();
  }

  static long count(List<SpanData> spans, SpanKind kind) {
    return spans.stream().filter(span -> span.getKind() == kind).count();
  }

  /** Expects one trace for each caller, in which each other span is below one that is there. */
  static void assertWhole(List<SpanData> spans) {
    var byId = spans.stream().collect(Collectors.toMap(SpanData::getSpanId, span -> span));
    for (SpanData span : spans) {
      if (span.getName().equals("caller")) {
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        continue;
      }
      SpanData parent = byId.get(span.getParentSpanId());
      assertThat(parent).as("parent of %s in %s", span.getName(), names(spans)).isNotNull();
      assertThat(span.getTraceId()).isEqualTo(parent.getTraceId());
    }
  }

  /** Expects that all work is below a SERVER span if there are such, and that below a CLIENT. */
  static void assertWorkIsBelow(List<SpanData> spans, boolean servers, boolean clients) {
    var byId = spans.stream().collect(Collectors.toMap(SpanData::getSpanId, span -> span));
    for (SpanData span : spans) {
      SpanData parent = byId.get(span.getParentSpanId());
      if (span.getName().equals("work")) {
        assertThat(parent.getKind() == SpanKind.SERVER).as("work below SERVER").isEqualTo(servers);
      } else if (span.getKind() == SpanKind.SERVER && parent.getKind() != SpanKind.SERVER) {
        assertThat(parent.getKind() == SpanKind.CLIENT).as("below CLIENT").isEqualTo(clients);
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : closing) {
      one.close();
    }
    serverThreads.shutdown();
    assertThat(serverThreads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    openTelemetry.close();
    waybills.forEach(Waybill::requireNoLeaks);
  }

  private final class Started implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      started.incrementAndGet();
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }

  private final class Received implements ServerInterceptor {
    private static final Metadata.Key<String> BAGGAGE =
        Metadata.Key.of("baggage", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TRACEPARENT =
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      received.addAll(lines(headers, BAGGAGE));
      parents.add(lines(headers, TRACEPARENT));
      return next.startCall(call, headers);
    }

    private static List<String> lines(Metadata headers, Metadata.Key<String> name) {
      List<String> all = new ArrayList<>();
      Iterable<String> lines = headers.getAll(name);
      if (lines != null) {
        lines.forEach(all::add);
      }
      return all;
    }
  }
}
