package io.waybill.spring.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.sdk.Waybill;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OpenTelemetry's starter makes its SDK of, by OpenTelemetry's autoconfiguration itself. */
class OpenTelemetryStarterTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  private OpenTelemetrySdk sdk(Map<String, String> properties) {
    var builder =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(
                () ->
                    Map.of(
                        "otel.traces.exporter", "none",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none"))
            .addPropertiesSupplier(() -> properties)
            .addTracerProviderCustomizer(
                (tracers, config) -> tracers.addSpanProcessor(SimpleSpanProcessor.create(spans)));
    new OpenTelemetryStarterAutoConfiguration().waybillOpenTelemetry().customize(builder);
    return builder.build().getOpenTelemetrySdk();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | traceparent", "tracecontext,baggage | traceparent", "b3,baggage | b3"})
  void propagators_haveNoBaggage(String propagators, String written) {
    Map<String, String> properties =
        propagators.isEmpty() ? Map.of() : Map.of("otel.propagators", propagators);
    try (OpenTelemetrySdk sdk = sdk(properties)) {
      assertThat(sdk.getPropagators().getTextMapPropagator().fields())
          .contains(written)
          .doesNotContain("baggage");
    }
  }

  @Test
  void propagators_thatWereBaggageAlone_areNone() {
    try (OpenTelemetrySdk sdk = sdk(Map.of("otel.propagators", "baggage"))) {
      assertThat(sdk.getPropagators().getTextMapPropagator().fields()).isEmpty();
    }
  }

  @Test
  void spans_showFields() {
    try (OpenTelemetrySdk sdk = sdk(Map.of())) {
      Waybill.builder(sdk)
          .build()
          .request()
          .run(() -> sdk.getTracer("test").spanBuilder("work").startSpan().end());

      assertThat(spans.getFinishedSpanItems())
          .singleElement()
          .satisfies(
              span ->
                  assertThat(
                          span.getAttributes()
                              .get(AttributeKey.stringKey(BaggageField.REQUEST_ID.name())))
                      .isNotNull());
    }
  }
}
