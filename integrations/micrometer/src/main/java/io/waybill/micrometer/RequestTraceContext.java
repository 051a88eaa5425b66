package io.waybill.micrometer;

import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.micrometer.tracing.otel.bridge.OtelTraceContext;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.RequestScope;
import io.waybill.sdk.ScopeContext;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer's current trace context, whose scopes keep the request. Its own make the Context
 * current that was stored when the span was started, with the Baggage of then. See RATIONALE:
 * "Which Context does a scope of Micrometer's show?"
 */
final class RequestTraceContext extends OtelCurrentTraceContext {
  // What of ours Micrometer has last: it stores a request, also where that was left (skip).
  private static final ContextKey<TraceContext> OURS = ContextKey.named("waybill-trace-context");

  /**
   * Returns that of the current span, also where plain OpenTelemetry code has made it current:
   * Micrometer's own is that of its newest scope, and the span of an adapter stands aside.
   */
  @Override
  public @Nullable TraceContext context() {
    TraceContext newest = super.context();
    if (newest == null) {
      return null;
    }
    Span current = Span.current();
    boolean isNewest = isOf(newest, current.getSpanContext());
    if (RequestScope.currentOrNull() != null || Context.current().get(OURS) == newest) {
      return ofNow(isNewest ? span(newest) : current);
    }
    return isNewest ? newest : new OtelSpan(current).context();
  }

  private static boolean isOf(TraceContext newest, SpanContext current) {
    return !current.isValid() || current.getSpanId().equals(newest.spanId());
  }

  /**
   * Returns a trace context of {@code span} that stores what is current. The span's own is shared:
   * it may store another request, or what a stranger sent, and others see what is stored there.
   */
  static TraceContext ofNow(Span span) {
    return OtelSpan.fromOtel(span, Context.current()).context();
  }

  private static Span span(TraceContext context) {
    return Span.fromContext(OtelTraceContext.toOtelContext(context));
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // closed together, by whoever closes what is returned
  public Scope newScope(@Nullable TraceContext context) {
    Context before = Context.current();
    if (context == null || RequestScope.fromContextOrNull(before) == null) {
      return super.newScope(context);
    }
    TraceContext fresh = ofNow(span(context));
    Scope theirs = super.newScope(fresh);
    // Theirs has a copy of the Baggage, which a later identify would not change; or is none, where
    // this very span and Baggage were current.
    Context inside = Context.current().with(Baggage.fromContext(before));
    io.opentelemetry.context.Scope ours =
        (super.context() == fresh ? inside.with(OURS, fresh) : inside).makeCurrent();
    return () -> {
      ours.close();
      theirs.close();
    };
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // as above
  public Scope maybeScope(@Nullable TraceContext context) {
    // No trace is no reason to lose the request.
    return context == null
        ? ScopeContext.copy(Context.current(), Context.root()).makeCurrent()::close
        : newScope(context);
  }
}
