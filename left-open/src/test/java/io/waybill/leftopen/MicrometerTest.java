package io.waybill.leftopen;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.BaggageManager;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.sdk.Waybill;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scopes of Micrometer that are closed twice, late, in the wrong order or on another thread. */
class MicrometerTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final OpenTelemetrySdk openTelemetry =
      OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder().build()).build();
  private final Waybill waybill = Waybill.builder(openTelemetry).carry(USER).build();
  private final OtelCurrentTraceContext current = WaybillMicrometer.currentTraceContext();
  private final OtelTracer tracer =
      WaybillMicrometer.tracer(
          openTelemetry.getTracer("test"), current, event -> {}, BaggageManager.NOOP);
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  MicrometerTest() {
    registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
  }

  @AfterEach
  void threads_holdTheRoot() throws Exception {
    assertThat(Context.current()).isSameAs(Context.root());
    assertThat(other.submit(Context::current).get()).isSameAs(Context.root());
    other.shutdown();
  }

  @Test
  void scope_closedAgainInTheNextRequest() throws Exception {
    Tracer.SpanInScope annas =
        as(
            "anna",
            () -> {
              Tracer.SpanInScope scope = tracer.withSpan(tracer.nextSpan());
              scope.close();
              return scope;
            });

    assertThat(as("ben", () -> userAfter(annas::close))).isEqualTo("ben");
  }

  @Test
  void scope_closedOnAnotherThread() throws Exception {
    as(
        "anna",
        () -> {
          Tracer.SpanInScope annas = tracer.withSpan(tracer.nextSpan());
          assertThat(inOther(() -> as("ben", () -> userAfter(annas::close)))).isEqualTo("ben");
          assertThat(inOther(() -> userAfter(annas::close))).isNull();
          return annas;
        });
  }

  @Test
  void scopeOfAnObservation_closedAfterTheRequest() throws Exception {
    Observation.Scope annas = as("anna", () -> observation("annas").openScope());

    assertThat(userAfter(annas::close)).isNull();
  }

  @Test
  void scopeOfAnObservation_closedInTheNextRequest() throws Exception {
    Observation.Scope annas = as("anna", () -> observation("annas").openScope());

    assertThat(as("ben", () -> userAfter(annas::close))).isEqualTo("ben");
  }

  @Test
  void scopes_closedInTheWrongOrder_theSecondAfterTheRequest() throws Exception {
    Observation.Scope inner =
        as(
            "anna",
            () -> {
              Observation.Scope first = observation("first").openScope();
              Observation.Scope second = observation("second").openScope();
              first.close();
              return second;
            });

    assertThat(userAfter(inner::close)).isNull();
  }

  private Observation observation(String name) {
    return Observation.createNotStarted(name, registry).start();
  }

  private <V> V as(String user, Callable<V> work) throws Exception {
    return waybill.request().with(USER, user).call(work::call);
  }

  private static @Nullable String userAfter(Runnable closing) {
    closing.run();
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? null : scope.get(USER);
  }

  private <V> V inOther(Callable<V> task) throws Exception {
    return other.submit(task).get();
  }
}
