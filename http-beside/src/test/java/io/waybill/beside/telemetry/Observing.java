package io.waybill.beside.telemetry;

import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.sdk.Waybill;
import java.util.List;

/** Micrometer, as the users of Waybill set it up. */
final class Observing {
  private Observing() {}

  static ObservationRegistry by(OpenTelemetry openTelemetry, Waybill waybill) {
    Tracer tracer = openTelemetry.getTracer("micrometer");
    OtelCurrentTraceContext current = WaybillMicrometer.currentTraceContext();
    OtelTracer bridge =
        WaybillMicrometer.tracer(
            tracer, current, event -> {}, new OtelBaggageManager(current, List.of(), List.of()));
    OtelPropagator propagator = new OtelPropagator(openTelemetry.getPropagators(), tracer);
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(bridge, propagator),
                new PropagatingReceiverTracingObservationHandler<>(bridge, propagator),
                new DefaultTracingObservationHandler(bridge)));
    WaybillMicrometer.observe(registry, waybill);
    return registry;
  }
}
