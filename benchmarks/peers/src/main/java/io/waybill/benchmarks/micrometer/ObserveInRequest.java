package io.waybill.benchmarks.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.BaggageManager;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.benchmarks.grpc.Received;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An observation in a request, in another one: its span, its scope, and a look at who it is of. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls setUp() first
public class ObserveInRequest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final OpenTelemetrySdk openTelemetry = Telemetry.with(WaybillPropagator.create());
  private final Tracer tracer = openTelemetry.getTracer("bench");
  private final Waybill service =
      Waybill.builder(openTelemetry).carry(USER).peers(peer -> TrustZone.OWN).build();
  private ObservationRegistry micrometer;
  private ObservationRegistry kept;
  private ObservationRegistry shown;
  private Context request;

  /** Receives a request, and sets Micrometer up by its own parts and by ours. */
  @Setup
  public void setUp() {
    OtelCurrentTraceContext own = new OtelCurrentTraceContext();
    micrometer = registry(new OtelTracer(tracer, own, event -> {}, BaggageManager.NOOP));
    OtelCurrentTraceContext ours = WaybillMicrometer.currentTraceContext();
    OtelTracer keeping = WaybillMicrometer.tracer(tracer, ours, event -> {}, BaggageManager.NOOP);
    kept = registry(keeping);
    shown = registry(keeping);
    WaybillMicrometer.observe(shown, service);
    request = Received.by(service, Map.of("baggage", "request.id=r-1,user.id=u-1"));
  }

  private static ObservationRegistry registry(OtelTracer tracer) {
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
    return registry;
  }

  private @Nullable String observe(ObservationRegistry registry) {
    try (io.opentelemetry.context.Scope ignored = request.makeCurrent()) {
      return Observation.createNotStarted("outer", registry)
          .observe(
              () ->
                  Observation.createNotStarted("inner", registry).observe(ObserveInRequest::user));
    }
  }

  private static @Nullable String user() {
    return RequestScope.current().get(USER);
  }

  /** Sees the request here, since it was there when the spans were started. */
  @Benchmark
  public @Nullable String micrometer() {
    return observe(micrometer);
  }

  @Benchmark
  @Against(value = "micrometer", goals = @Goal(time = 1.10, bytes = 1.10))
  public @Nullable String waybill() {
    return observe(kept);
  }

  /** The fields are on both observations, too, as they are on spans. */
  @Benchmark
  @Against("micrometer")
  public @Nullable String waybillShown() {
    return observe(shown);
  }
}
