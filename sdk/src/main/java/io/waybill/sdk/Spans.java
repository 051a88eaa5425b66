package io.waybill.sdk;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
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
      View view, Context before, Context extracted, String name, Consumer<SpanBuilder> attributes) {
    Span current = Span.fromContext(before);
    boolean spanned = isServersOwn(current.getSpanContext(), Span.fromContext(extracted));
    Context base = spanned ? before : extracted;
    boolean starts = mode == SpanMode.ALWAYS || (mode == SpanMode.AUTO && !spanned);
    Span span = starts ? start(SpanKind.SERVER, base, view, name, attributes) : Span.getInvalid();
    Context context = view.storeIn(base);
    view.state().open(starts ? context.with(span) : context, starts ? span : current);
    if (!starts && current.isRecording()) {
      show(view, current::setAttribute);
    }
    return new ServerRequest(view, span, this);
  }

  /** Returns the started span of a call, or an invalid one if another instrumentation starts it. */
  Span startClient(Context caller, String name, Consumer<SpanBuilder> attributes) {
    boolean starts = mode == SpanMode.ALWAYS || (mode == SpanMode.AUTO && !JavaAgent.isPresent());
    View view = View.in(caller);
    return starts ? start(SpanKind.CLIENT, caller, view, name, attributes) : Span.getInvalid();
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
        show(view, builder::setAttribute);
      }
      return builder.startSpan();
    } catch (Throwable samplerOrProcessorFailed) {
      drops.count(Outcome.HOOK_FAILED);
      warnings.hookFailed("start of a span", samplerOrProcessorFailed);
      return Span.getInvalid();
    }
  }

  private interface Attributes {
    void set(AttributeKey<String> key, String value);
  }

  private static void show(View view, Attributes attributes) {
    Fields fields = view.state().fields();
    for (int slot = 0; slot < fields.size(); slot++) {
      String shown = fields.shown(slot, view.entry(slot));
      if (shown != null) {
        attributes.set(fields.attributeKey(slot), shown);
      }
    }
  }
}
