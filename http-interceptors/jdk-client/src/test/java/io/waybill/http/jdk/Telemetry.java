package io.waybill.http.jdk;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.Codec;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import java.util.List;

/** A real SDK that keeps its spans, and the fields that the tests carry. */
final class Telemetry implements AutoCloseable {
  static final BaggageField<String> USER =
      BaggageField.identity("user.id", Codec.string().maxLength(128));
  static final BaggageField<String> TENANT = BaggageField.identity("tenant.id", Codec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", Codec.string());

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setPropagators(
              ContextPropagators.create(
                  TextMapPropagator.composite(
                      W3CTraceContextPropagator.getInstance(), WaybillPropagator.getInstance())))
          .build();

  WaybillBuilder waybill() {
    return Waybill.builder(sdk).carry(USER).carry(TENANT).carry(PLAN);
  }

  OpenTelemetrySdk sdk() {
    return sdk;
  }

  /** Returns the spans that ended, in that order. */
  List<SpanData> spans() {
    return spans.getFinishedSpanItems();
  }

  /** Returns who the current request is from, or what says that there is none. */
  static String currentUser() {
    RequestScope scope = RequestScope.currentOrNull();
    return scope == null ? "no request" : scope.get(USER);
  }

  @Override
  public void close() {
    sdk.close();
  }
}
