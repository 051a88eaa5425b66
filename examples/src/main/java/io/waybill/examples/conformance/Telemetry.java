package io.waybill.examples.conformance;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.waybill.sdk.WaybillPropagator;
import java.util.Map;
import java.util.stream.Stream;

/** The OpenTelemetry SDK, set up by OpenTelemetry's own environment variables. */
final class Telemetry {
  private static final String NONE = "none";

  /** Without a processor, which no exporter means, the SDK makes no spans and no trace ids. */
  private static final SpanProcessor NOTHING =
      new SpanProcessor() {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
          return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {}

        @Override
        public boolean isEndRequired() {
          return false;
        }
      };

  private Telemetry() {}

  /** Starts it; spans are exported if the environment names an OTLP endpoint. */
  static OpenTelemetrySdk start() {
    boolean exported =
        Stream.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
            .anyMatch(System.getenv()::containsKey);
    return AutoConfiguredOpenTelemetrySdk.builder()
        // The weakest source: any of these can still be set by its environment variable.
        .addPropertiesSupplier(
            () ->
                Map.of(
                    "otel.service.name",
                    "conformance",
                    "otel.traces.exporter",
                    exported ? "otlp" : NONE,
                    "otel.metrics.exporter",
                    NONE,
                    "otel.logs.exporter",
                    NONE))
        .addPropagatorCustomizer((propagator, config) -> inPlaceOfBaggage(propagator))
        .addTracerProviderCustomizer((tracers, config) -> tracers.addSpanProcessor(NOTHING))
        // The service closes it.
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  private static TextMapPropagator inPlaceOfBaggage(TextMapPropagator propagator) {
    return propagator instanceof W3CBaggagePropagator ? WaybillPropagator.create() : propagator;
  }
}
