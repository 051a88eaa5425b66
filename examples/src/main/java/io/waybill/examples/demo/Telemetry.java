package io.waybill.examples.demo;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.waybill.sdk.WaybillPropagator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An OpenTelemetry SDK for each service, set up by OpenTelemetry's own environment variables. Spans
 * are kept here, for the check; they may also be exported.
 */
final class Telemetry {
  private static final String TRACES_EXPORTER = "otel.traces.exporter";
  private static final String NONE = "none";
  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT");

  private final SpanCollector spans = new SpanCollector();
  private final Map<String, String> overridden;

  private Telemetry(Map<String, String> overridden) {
    this.overridden = overridden;
  }

  /** Returns one whose spans stay in this process. */
  static Telemetry kept() {
    return new Telemetry(Map.of(TRACES_EXPORTER, NONE));
  }

  /** Returns one whose spans also go to the OTLP endpoint, if the environment names one. */
  static Telemetry exported() {
    return new Telemetry(Map.of());
  }

  SpanCollector spans() {
    return spans;
  }

  /** Returns the OTLP endpoint that the environment names, or null. */
  static @Nullable String endpoint() {
    Stream<@Nullable String> named = ENDPOINTS.stream().map(System::getenv);
    return named.filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** Returns the SDK of a service of ours: no propagator but Waybill writes baggage. */
  OpenTelemetrySdk ownService(String name) {
    return service(name)
        .addPropagatorCustomizer((propagator, config) -> inPlaceOfBaggage(propagator))
        .build()
        .getOpenTelemetrySdk();
  }

  /** Returns the SDK of somebody who knows nothing of Waybill. */
  OpenTelemetrySdk foreignService(String name) {
    return service(name).build().getOpenTelemetrySdk();
  }

  private AutoConfiguredOpenTelemetrySdkBuilder service(String name) {
    String exporter = endpoint() == null ? NONE : "otlp";
    return AutoConfiguredOpenTelemetrySdk.builder()
        // The weakest source: any of these can still be set by its environment variable.
        .addPropertiesSupplier(
            () ->
                Map.of(
                    TRACES_EXPORTER,
                    exporter,
                    "otel.metrics.exporter",
                    NONE,
                    "otel.logs.exporter",
                    NONE))
        .addPropertiesCustomizer(config -> overridden)
        // Not from the environment, which all five services share.
        .addPropertiesCustomizer(config -> Map.of("otel.service.name", name))
        .addTracerProviderCustomizer((tracers, config) -> tracers.addSpanProcessor(spans))
        .disableShutdownHook();
  }

  private static TextMapPropagator inPlaceOfBaggage(TextMapPropagator propagator) {
    return propagator instanceof W3CBaggagePropagator ? WaybillPropagator.create() : propagator;
  }
}
