package io.waybill.benchmarks.span;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.contrib.baggage.processor.BaggageSpanProcessor;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.grpc.Telemetry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A span is started and ended, and shows who the request is of. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls setUp() first
public class IdentityOnSpan {
  /** How many fields the request carries. */
  @Param({"4", "16"})
  public int fields;

  private Context context;
  private Attributes attributes;
  private Tracer plain;
  private Tracer contrib;

  /** Makes the request, as plain OpenTelemetry code would. */
  @Setup
  public void setUp() {
    BaggageBuilder baggage = Baggage.builder();
    AttributesBuilder ready = Attributes.builder();
    for (int i = 0; i < fields; i++) {
      baggage.put("field." + i, "value-" + i);
      ready.put("field." + i, "value-" + i);
    }
    context = Context.root().with(baggage.build());
    attributes = ready.build();
    plain = tracer(Telemetry.discarding());
    contrib = tracer(BaggageSpanProcessor.allowAllBaggageKeys());
  }

  private static Tracer tracer(SpanProcessor processor) {
    return SdkTracerProvider.builder().addSpanProcessor(processor).build().get("bench");
  }

  private Span span(Tracer tracer) {
    Span span = tracer.spanBuilder("work").setParent(context).startSpan();
    span.end();
    return span;
  }

  @Benchmark
  public Span plain() {
    return span(plain);
  }

  /** The floor. */
  @Benchmark
  @Against("contrib")
  public Span readyAttributes() {
    Span span = plain.spanBuilder("work").setParent(context).startSpan();
    span.setAllAttributes(attributes);
    span.end();
    return span;
  }

  @Benchmark
  public Span contrib() {
    return span(contrib);
  }
}
