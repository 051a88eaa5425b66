package io.waybill.benchmarks.grpc;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** OpenTelemetry's SDK, which records each span and exports none. */
public final class Telemetry {
  private Telemetry() {}

  /** Returns one with W3C trace context, and {@code baggage} beside it. */
  public static OpenTelemetrySdk with(TextMapPropagator baggage) {
    TextMapPropagator both =
        TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), baggage);
    return OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(discarding()).build())
        .setPropagators(ContextPropagators.create(both))
        .build();
  }

  /** Returns a processor that looks at no span: without any, none would be recorded. */
  public static SpanProcessor discarding() {
    return new SpanProcessor() {
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
  }
}
