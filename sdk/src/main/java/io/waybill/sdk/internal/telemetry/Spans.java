package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts and ends the CLIENT and SERVER spans, and knows those of others. */
public final class Spans {
  private final Tracer tracer;
  private final Warnings warnings;

  /** Creates spans by {@code tracer}. */
  public Spans(Tracer tracer, Warnings warnings) {
    this.tracer = tracer;
    this.warnings = warnings;
  }

  /**
   * Returns a started span, or an invalid one where a sampler or processor of the user throws.
   *
   * @param parent holds the request, which processors and samplers see
   * @param fields what the span shows of the request; null outside of any
   */
  public Span start(
      SpanKind kind,
      Context parent,
      String name,
      Consumer<SpanBuilder> attributes,
      @Nullable SpanFields fields) {
    try {
      SpanBuilder builder = tracer.spanBuilder(name).setSpanKind(kind).setParent(parent);
      attributes.accept(builder);
      if (fields != null) {
        fields.showOn(builder);
      }
      return builder.startSpan();
    } catch (Throwable samplerOrProcessorFailed) {
      warnings.hookFailed("start of a span", samplerOrProcessorFailed);
      return Span.getInvalid();
    }
  }

  /** Shows {@code result} on {@code span} and ends it; what a processor throws is swallowed. */
  public <T> void end(Span span, T result, BiConsumer<Span, T> show) {
    try {
      show.accept(span, result);
    } catch (Throwable notShown) {
      warnings.hookFailed("result of a span", notShown);
    }
    try {
      span.end();
    } catch (Throwable processorFailed) {
      warnings.hookFailed("end of a span", processorFailed);
    }
  }

  /**
   * Returns whether {@code current} is a span that something in this server has started for the
   * request that came in. Where the SDK can't tell whether it runs, since it is not sampled or
   * somebody has wrapped it, the trace decides.
   *
   * @param sent the caller's span as the headers name it; invalid if they name none
   */
  public static boolean isServersOwn(Span current, SpanContext sent) {
    SpanContext id = current.getSpanContext();
    if (!isLocal(id) || id.getSpanId().equals(sent.getSpanId())) {
      return false; // None, or the caller's: one that calls in process leaves it on the thread.
    }
    return ReadableSpans.isReadable(current)
        ? ReadableSpans.isRunning(current)
        : !sent.isValid() || id.getTraceId().equals(sent.getTraceId());
  }

  /**
   * Returns whether {@code span} goes on and is one of a call that this process makes. One that the
   * SDK does not know may be: the carrier of the call decides.
   */
  public static boolean mayBeOfCall(Span span) {
    return ReadableSpans.isReadable(span)
        ? ReadableSpans.isRunningClient(span)
        : span.isRecording();
  }

  /** Returns whether {@code id} is of a span of this process. */
  public static boolean isLocal(SpanContext id) {
    return id.isValid() && !id.isRemote();
  }

  /** Returns whether the Java agent starts the CLIENT spans of this process. */
  public static boolean startsByAgent() {
    return JavaAgent.isPresent();
  }
}
