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
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.benchmarks.grpc.Received;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;
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
  private Context request;
  private Attributes attributes;
  private Tracer plain;
  private Tracer contrib;
  private Tracer waybill;

  /** Makes the request, as plain OpenTelemetry code would, and as Waybill receives it. */
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
    receive();
  }

  private void receive() {
    WaybillBuilder builder = Waybill.builder(Telemetry.with(WaybillPropagator.create()));
    BaggageField<?>[] declared = new BaggageField<?>[fields];
    StringBuilder header = new StringBuilder("request.id=r-1");
    for (int i = 0; i < fields; i++) {
      declared[i] = BaggageField.identity("field." + i, FieldCodec.string());
      builder.carry(declared[i]);
      header.append(",field.").append(i).append("=value-").append(i);
    }
    Waybill service = builder.peers(peer -> TrustZone.OWN).spans(SpanMode.NEVER).build();
    request = Received.by(service, Map.of("baggage", header.toString()));
    waybill = tracer(WaybillSpanProcessor.create(declared));
  }

  private static Tracer tracer(SpanProcessor processor) {
    return SdkTracerProvider.builder().addSpanProcessor(processor).build().get("bench");
  }

  private Span span(Tracer tracer, Context parent) {
    Span span = tracer.spanBuilder("work").setParent(parent).startSpan();
    span.end();
    return span;
  }

  @Benchmark
  public Span plain() {
    return span(plain, context);
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
    return span(contrib, context);
  }

  @Benchmark
  @Against(
      value = "contrib",
      goals = {
        @Goal(params = "fields=4", time = 0.75, bytes = 0.85),
        @Goal(time = 0.60, bytes = 0.50)
      })
  public Span waybill() {
    return span(waybill, request);
  }
}
