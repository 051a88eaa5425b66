package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts the CLIENT and SERVER spans, unless somebody else does, and shows the fields on them. */
final class Spans {
  private final Tracer tracer;
  private final SpanMode mode;
  private final DropCounter drops;
  private final Warnings warnings;

  Spans(Tracer tracer, SpanMode mode, DropCounter drops, Warnings warnings) {
    this.tracer = tracer;
    this.mode = mode;
    this.drops = drops;
    this.warnings = warnings;
  }

  /**
   * Opens the request of {@code view}: below a span of another instrumentation if there is one,
   * else below what came in.
   */
  ServerRequest open(
      View view,
      Context before,
      Context extracted,
      String name,
      Consumer<SpanBuilder> attributes,
      @Nullable InnerTracing inner) {
    Span current = Span.fromContext(before);
    boolean spanned = isServersOwn(current.getSpanContext(), Span.fromContext(extracted));
    Context base = spanned ? before : extracted;
    boolean starts = mode == SpanMode.ALWAYS || (mode == SpanMode.AUTO && !spanned);
    InnerTracing watched = starts && watches() ? inner : null;
    if (watched != null && watched.known() != InnerTracing.Known.ABSENT) {
      return openDeferred(view, base, name, attributes, watched);
    }
    Span span = starts ? start(SpanKind.SERVER, base, view, name, attributes) : Span.getInvalid();
    Context context = view.storeIn(base);
    view.state().open(starts ? context.with(span) : context, starts ? span : current);
    if (!starts && current.isRecording()) {
      show(view, current);
    }
    return new ServerRequest(view, span, this, Span.fromContext(base), watched);
  }

  /** Opens a request whose span may turn out to be started further in. */
  private ServerRequest openDeferred(
      View view, Context base, String name, Consumer<SpanBuilder> attributes, InnerTracing inner) {
    Instant now = Instant.now();
    Consumer<SpanBuilder> asOfNow = attributes.andThen(span -> span.setStartTimestamp(now));
    DeferredSpan span =
        new DeferredSpan(
            Span.fromContext(base),
            inner.known() == InnerTracing.Known.PRESENT,
            () -> start(SpanKind.SERVER, base, view, name, asOfNow));
    view.state().open(view.storeIn(base).with(span), span);
    return new ServerRequest(view, span, this, Span.fromContext(base), inner);
  }

  /**
   * Returns whether it matters what others start. Not below the Java agent, which does not hand on
   * a Context of another class than its own.
   */
  boolean watches() {
    return mode == SpanMode.AUTO && !JavaAgent.isPresent();
  }

  /**
   * Returns the started span of a call, or an invalid one if another instrumentation starts it.
   *
   * @param others the span that another one is known to have started, or an invalid one
   * @param leaves whether another one is expected to start it later
   */
  Span startClient(
      Context parent, String name, Consumer<SpanBuilder> attributes, Span others, boolean leaves) {
    View view = View.in(parent);
    boolean spanned = leaves || others.getSpanContext().isValid() || JavaAgent.isPresent();
    if (mode == SpanMode.ALWAYS || (mode == SpanMode.AUTO && !spanned)) {
      return start(SpanKind.CLIENT, parent, view, name, attributes);
    }
    if (view != null) {
      show(view, others);
    }
    return Span.getInvalid();
  }

  /** Ends {@code span}; what a span processor of the user throws there is not the caller's. */
  void end(Span span) {
    try {
      span.end();
    } catch (Throwable processorFailed) {
      drops.count(Outcome.HOOK_FAILED);
      warnings.hookFailed("end of a span", processorFailed);
    }
  }

  /**
   * Returns whether {@code current} is a span that something in this server has started for the
   * request. It is not if the caller sent it, as one does that calls in process.
   */
  private static boolean isServersOwn(SpanContext current, Span extracted) {
    SpanContext sent = extracted.getSpanContext();
    boolean sentByCaller = sent.isRemote() && sent.getSpanId().equals(current.getSpanId());
    return current.isValid() && !current.isRemote() && !sentByCaller;
  }

  private Span start(
      SpanKind kind,
      Context parent,
      @Nullable View view,
      String name,
      Consumer<SpanBuilder> attributes) {
    try {
      SpanBuilder builder = tracer.spanBuilder(name).setSpanKind(kind).setParent(parent);
      attributes.accept(builder);
      if (view != null) {
        show(view, builder);
      }
      return builder.startSpan();
    } catch (Throwable samplerOrProcessorFailed) {
      drops.count(Outcome.HOOK_FAILED);
      warnings.hookFailed("start of a span", samplerOrProcessorFailed);
      return Span.getInvalid();
    }
  }

  /** Sets the fields of {@code view} on {@code span}, by keys that are ready and texts that are. */
  static void show(View view, Span span) {
    Fields fields = view.state().fields();
    for (int slot = 0; slot < fields.size(); slot++) {
      String shown = fields.shown(slot, view.entry(slot));
      if (shown != null) {
        span.setAttribute(fields.attributeKey(slot), shown);
      }
    }
  }

  private static void show(View view, SpanBuilder span) {
    Fields fields = view.state().fields();
    for (int slot = 0; slot < fields.size(); slot++) {
      String shown = fields.shown(slot, view.entry(slot));
      if (shown != null) {
        span.setAttribute(fields.attributeKey(slot), shown);
      }
    }
  }
}
