package io.waybill.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Micrometer's observations over a real SDK, as Spring Boot sets them up, and a Waybill beside. */
final class Observed {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());

  final InMemorySpanExporter spans = InMemorySpanExporter.create();
  final OpenTelemetrySdk openTelemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(WaybillSpanProcessor.create())
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  final Waybill waybill =
      Waybill.builder(openTelemetry)
          .carry(USER)
          .carry(TENANT)
          .carry(PLAN)
          .peers(peer -> TrustZone.OWN)
          .build();
  final OtelCurrentTraceContext current = WaybillMicrometer.currentTraceContext();
  final OtelTracer tracer =
      WaybillMicrometer.tracer(
          openTelemetry.getTracer("micrometer"),
          current,
          event -> {},
          new OtelBaggageManager(current, List.of("remote"), List.of()));
  final ObservationRegistry registry = ObservationRegistry.create();

  Observed() {
    registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
  }

  Observation observation(String name) {
    return Observation.createNotStarted(name, registry);
  }

  static @Nullable String user() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? null : scope.get(USER);
  }

  static @Nullable String plan() {
    return RequestScope.current().get(PLAN);
  }

  /** Returns what the span of that name shows of {@code field}. */
  @Nullable String shown(String span, BaggageField<?> field) {
    return span(span).getAttributes().get(AttributeKey.stringKey(field.name()));
  }

  SpanData span(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
