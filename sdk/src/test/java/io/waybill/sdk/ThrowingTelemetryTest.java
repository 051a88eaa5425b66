package io.waybill.sdk;

import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounterBuilder;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongCounterBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableLongCounter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What looks at a request from the side never costs the request, whatever it throws. */
class ThrowingTelemetryTest {
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final Logger warnings = Logger.getLogger("io.waybill");
  private final Logger explanations = Logger.getLogger("io.waybill.explain");
  private final Handler handler = new ThrowingHandler();
  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture
          .service(new ThrowingMetrics())
          .limits(Limits.DEFAULT.withHttpBytes(20))
          .explain()
          .peers(peer -> TrustZone.OWN)
          .onRequest(
              (incoming, scope) -> {
                throw new IllegalStateException("a hook");
              })
          .build();

  @BeforeEach
  void listen() {
    warnings.addHandler(handler);
    explanations.addHandler(handler);
    explanations.setLevel(Level.FINE);
  }

  @AfterEach
  void restore() {
    warnings.removeHandler(handler);
    explanations.removeHandler(handler);
    explanations.setLevel(null);
  }

  @Test
  void request_goesOnAndEnds() {
    IncomingCall request = Fixture.receive(waybill, "baggage: bad,user.id=u-1,locale=ko,x=y");
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.inject(
        Map.of(),
        (carrier, name, value) -> {
          throw new IllegalStateException("a carrier");
        },
        List.of("user.id=forged"),
        8192);

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(call.endWith("ok", (span, result) -> fail())).isTrue();
    assertThat(request.endWith("ok", (span, result) -> fail())).isTrue();
    assertThat(request.isEnded()).isTrue();
  }

  @Test
  void request_onAThreadLeftInAnEndedOne() {
    Context ended = waybill.request().call(Context::current);
    try (Scope ignored = ended.makeCurrent()) {
      assertThat(Fixture.receive(waybill).end()).isTrue();
    }
  }

  /** Of another instrumentation outside, on which the fields are shown. */
  @Test
  void spanOfOthers_inAServer() {
    Waybill traced = fixture.trusting();
    try (Scope ignored = Context.root().with(throwingSpan()).makeCurrent()) {
      IncomingCall request = Fixture.receive(traced, "baggage: user.id=u-1");
      request.scope().identify(TENANT, "t-1");

      assertThat(request.scope().get(USER)).isEqualTo("u-1");
      assertThat(request.scope().get(TENANT)).isEqualTo("t-1");
      assertThat(request.end()).isTrue();
    }
    assertThat(fixture.dropped(Outcome.HOOK_FAILED)).isEqualTo(2);
  }

  @Test
  void spanOfOthers_inAClient() {
    Waybill traced = fixture.trusting();
    Map<String, String> sent = new HashMap<>();
    traced
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              OutgoingCall call = traced.send(Context.current().with(throwingSpan()), OWN);
              call.start(
                  Fixture.Lines.of("traceparent: " + TRACEPARENT),
                  Fixture.Lines.GETTER,
                  "GET",
                  span -> {});
              call.inject(sent, Map::put, List.of(), 8192);
              assertThat(call.end()).isTrue();
            });

    assertThat(sent.get("baggage")).contains("user.id=u-1");
    assertThat(fixture.finishedSpans()).isEmpty();
    assertThat(fixture.dropped(Outcome.HOOK_FAILED)).isEqualTo(1);
  }

  private static Span throwingSpan() {
    Span real =
        Span.wrap(
            SpanContext.create(
                TRACEPARENT.substring(3, 35),
                TRACEPARENT.substring(36, 52),
                TraceFlags.getSampled(),
                TraceState.getDefault()));
    return (Span)
        Proxy.newProxyInstance(
            ThrowingTelemetryTest.class.getClassLoader(),
            new Class<?>[] {Span.class},
            (span, method, arguments) ->
                switch (method.getName()) {
                  case "isRecording" -> true;
                  case "setAttribute" -> throw new NoClassDefFoundError("whatever");
                  case "storeInContext" -> InvocationHandler.invokeDefault(span, method, arguments);
                  default -> method.invoke(real, arguments);
                });
  }

  private static void fail() {
    throw new NoClassDefFoundError("whatever");
  }

  private static final class ThrowingHandler extends Handler {
    @Override
    public void publish(LogRecord record) {
      fail();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** An OpenTelemetry whose counters throw. */
  private static final class ThrowingMetrics implements OpenTelemetry {
    @Override
    public TracerProvider getTracerProvider() {
      return TracerProvider.noop();
    }

    @Override
    public MeterProvider getMeterProvider() {
      return name -> (MeterBuilder) meterBuilder();
    }

    @Override
    public ContextPropagators getPropagators() {
      return ContextPropagators.noop();
    }

    private static Object meterBuilder() {
      return Proxy.newProxyInstance(
          ThrowingMetrics.class.getClassLoader(),
          new Class<?>[] {MeterBuilder.class},
          (builder, method, arguments) -> method.getName().equals("build") ? meter() : builder);
    }

    private static Object meter() {
      return Proxy.newProxyInstance(
          ThrowingMetrics.class.getClassLoader(),
          new Class<?>[] {Meter.class},
          (meter, method, arguments) -> new ThrowingCounter());
    }
  }

  private static final class ThrowingCounter implements LongCounterBuilder, LongCounter {
    @Override
    public void add(long value) {
      fail();
    }

    @Override
    public void add(long value, Attributes attributes) {
      fail();
    }

    @Override
    public void add(long value, Attributes attributes, Context context) {
      fail();
    }

    @Override
    public LongCounterBuilder setDescription(String description) {
      return this;
    }

    @Override
    public LongCounterBuilder setUnit(String unit) {
      return this;
    }

    @Override
    public DoubleCounterBuilder ofDoubles() {
      throw new UnsupportedOperationException();
    }

    @Override
    public LongCounter build() {
      return this;
    }

    @Override
    public ObservableLongCounter buildWithCallback(Consumer<ObservableLongMeasurement> callback) {
      throw new UnsupportedOperationException();
    }
  }
}
