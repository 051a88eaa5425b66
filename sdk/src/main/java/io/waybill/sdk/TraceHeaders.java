package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.TraceStateParser;
import io.waybill.sdk.policy.TrustZone;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trace context, by the propagators that the application configured. They never see or write {@code
 * baggage}: that line is Waybill's.
 */
final class TraceHeaders {
  static final String TRACEPARENT = "traceparent";
  static final String TRACESTATE = "tracestate";

  // Sampled and random; others go out as 0 (Trace Context Level 2, §3.2.2.5).
  private static final int KNOWN_FLAGS = 0x03;

  private final TextMapPropagator propagator;
  private final Warnings warnings;

  TraceHeaders(TextMapPropagator propagator, Warnings warnings) {
    this.propagator = propagator;
    this.warnings = warnings;
  }

  <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
    try {
      TraceGetter<C> read = new TraceGetter<>(getter);
      Context extracted = propagator.extract(context, carrier, read);
      return withTraceState(extracted, read);
    } catch (Throwable propagatorFailed) {
      warnings.hookFailed("propagator", propagatorFailed);
      return context;
    }
  }

  /**
   * Returns {@code extracted} with the {@code tracestate} as Level 2 reads it, where the trace came
   * in by a {@code traceparent}; the propagators of other formats know their own.
   */
  private static <C> Context withTraceState(Context extracted, TraceGetter<C> read) {
    String line = read.traceparent;
    SpanContext parent = Span.fromContext(extracted).getSpanContext();
    TraceFlags flags = TraceFlags.fromByte((byte) (parent.getTraceFlags().asByte() & KNOWN_FLAGS));
    String state = read.traceState;
    boolean stateless = state == null && parent.getTraceState().isEmpty();
    boolean asExtracted = stateless && flags.equals(parent.getTraceFlags());
    if (asExtracted || line == null || !parent.isRemote() || !isOf(line, parent)) {
      return extracted;
    }
    Map<String, String> members = state == null ? Map.of() : TraceStateParser.parse(state);
    SpanContext mended =
        SpanContext.createFromRemoteParent(
            parent.getTraceId(), parent.getSpanId(), flags, new ReceivedTraceState(members));
    return extracted.with(Span.wrap(mended));
  }

  /** Returns whether {@code parent} was read from {@code traceparent}: version, trace, span. */
  private static boolean isOf(String traceparent, SpanContext parent) {
    return traceparent.startsWith(parent.getTraceId(), 3)
        && traceparent.startsWith(parent.getSpanId(), 36);
  }

  /** Returns whether {@code span} is what {@code carrier} says that it comes from. */
  <C> boolean isIn(C carrier, TextMapGetter<C> getter, Span span) {
    SpanContext sent = Span.fromContext(extract(Context.root(), carrier, getter)).getSpanContext();
    SpanContext asked = span.getSpanContext();
    return sent.getSpanId().equals(asked.getSpanId())
        && sent.getTraceId().equals(asked.getTraceId());
  }

  /** Writes what identifies the trace; {@code tracestate} only to our own services. */
  <C> void inject(Context context, C carrier, TextMapSetter<C> setter, TrustZone zone) {
    try {
      propagator.inject(
          context,
          carrier,
          (to, name, value) -> {
            if (!isBaggage(name) && (zone == TrustZone.OWN || !isTraceState(name))) {
              setter.set(to, name, value);
            }
          });
    } catch (Throwable propagatorFailed) {
      warnings.hookFailed("propagator", propagatorFailed);
    }
  }

  private static boolean isTraceState(String name) {
    return TRACESTATE.equalsIgnoreCase(name);
  }

  private static @Nullable String only(Iterator<String> lines) {
    String first = lines.hasNext() ? lines.next() : null;
    return lines.hasNext() ? null : first;
  }

  private static boolean isBaggage(String name) {
    return BaggageParser.HEADER.equalsIgnoreCase(name);
  }

  /**
   * Reads all lines of a header as one: of two {@code traceparent} lines nobody knows which is
   * right, so there is none (Trace Context §3.2), and those of {@code tracestate} belong together
   * (§3.3.1).
   */
  static final class TraceGetter<C> implements TextMapGetter<C> {
    private final TextMapGetter<C> getter;
    // What a propagator has read; null if it asked for none, or there is not just one.
    private @Nullable String traceparent;
    // All lines of it as one; null if it asked for none, or there is more than is read.
    private @Nullable String traceState;

    TraceGetter(TextMapGetter<C> getter) {
      this.getter = getter;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(C carrier) {
      return getter.keys(carrier);
    }

    @Override
    public @Nullable String get(@Nullable C carrier, String name) {
      if (isBaggage(name)) {
        return null;
      }
      if (isTraceState(name)) {
        traceState = TraceStateParser.join(getter.getAll(carrier, name));
        return traceState;
      }
      if (!TRACEPARENT.equalsIgnoreCase(name)) {
        return getter.get(carrier, name);
      }
      traceparent = only(getter.getAll(carrier, name));
      return traceparent;
    }

    @Override
    public Iterator<String> getAll(@Nullable C carrier, String name) {
      return isBaggage(name) ? Collections.emptyIterator() : getter.getAll(carrier, name);
    }
  }
}
