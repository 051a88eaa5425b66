package io.waybill.micrometer;

import io.micrometer.tracing.BaggageManager;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.micrometer.tracing.otel.bridge.OtelTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer's tracer, whose spans are started in the request that starts them. Its own makes the
 * Context current for it that is stored with the parent, so that samplers and span processors see
 * the request in which the parent was started.
 */
final class RequestTracer extends OtelTracer {
  private final Tracer tracer;

  RequestTracer(
      Tracer tracer,
      OtelCurrentTraceContext current,
      EventPublisher events,
      BaggageManager baggage) {
    super(tracer, current, events, new RequestBaggage(baggage));
    this.tracer = tracer;
  }

  @Override
  public Span nextSpan(@Nullable Span parent) {
    // Outside of a request, what is stored with the parent is all that there is.
    return parent == null || RequestScope.currentOrNull() == null
        ? super.nextSpan(parent)
        : OtelSpan.fromOtel(
            tracer
                .spanBuilder("")
                .setParent(OtelTraceContext.toOtelContext(parent.context()))
                .startSpan());
  }
}
