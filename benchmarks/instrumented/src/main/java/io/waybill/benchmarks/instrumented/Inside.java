package io.waybill.benchmarks.instrumented;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.instrumentation.api.incubator.instrumenter.internal.InternalInstrumenterCustomizerProviderImpl;
import io.opentelemetry.instrumentation.api.internal.InternalInstrumenterCustomizerUtil;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.opentelemetry.instrumentation.WaybillInstrumenterCustomizer;
import java.util.List;

/** Whether the instrumentation that is made next asks Waybill: both kinds are in one class path. */
final class Inside {
  private Inside() {}

  /** As without our jar. */
  static void nobody() {
    InternalInstrumenterCustomizerUtil.setInstrumenterCustomizerProviders(List.of());
  }

  /** As {@code ServiceLoader} has it. */
  static void waybill() {
    InternalInstrumenterCustomizerUtil.setInstrumenterCustomizerProviders(
        List.of(
            new InternalInstrumenterCustomizerProviderImpl(new WaybillInstrumenterCustomizer())));
  }

  /** Returns OpenTelemetry that propagates traces, and nothing else. */
  static OpenTelemetry traceContext() {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder().addSpanProcessor(Telemetry.discarding()).build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }
}
