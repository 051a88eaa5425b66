package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.TraceStateParser;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trace context, by the propagators that the application configured. They never see or write {@code
 * baggage}: that line is Waybill's.
 */
final class TraceHeaders {
  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";

  // Sampled and random; others go out as 0 (Trace Context Level 2, §3.2.2.5).
  private static final int KNOWN_FLAGS = 0x03;

  private final TextMapPropagator propagator;
  private final DropCounter drops;
  private final Warnings warnings;

  TraceHeaders(TextMapPropagator propagator, DropCounter drops, Warnings warnings) {
    this.propagator = propagator;
    this.drops = drops;
    this.warnings = warnings;
  }

  <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
    try {
      Context extracted = propagator.extract(context, carrier, new TraceGetter<>(getter));
      return withTraceState(extracted, carrier, getter);
    } catch (Throwable propagatorFailed) {
      failed(propagatorFailed);
      return context;
    }
  }

  /**
   * Returns {@code extracted} with the {@code tracestate} as Level 2 reads it, where the trace came
   * in by a {@code traceparent}; the propagators of other formats know their own.
   */
  private static <C> Context withTraceState(Context extracted, C carrier, TextMapGetter<C> getter) {
    SpanContext parent = Span.fromContext(extracted).getSpanContext();
    String line = parent.isRemote() ? only(getter.getAll(carrier, TRACEPARENT)) : null;
    if (line == null || !isOf(line, parent)) {
      return extracted;
    }
    Map<String, String> state = TraceStateParser.parse(getter.getAll(carrier, TRACESTATE));
    TraceFlags flags = TraceFlags.fromByte((byte) (parent.getTraceFlags().asByte() & KNOWN_FLAGS));
    if (state.isEmpty()
        && parent.getTraceState().isEmpty()
        && flags.equals(parent.getTraceFlags())) {
      return extracted;
    }
    SpanContext mended =
        SpanContext.createFromRemoteParent(
            parent.getTraceId(), parent.getSpanId(), flags, new ReceivedTraceState(state));
    return extracted.with(Span.wrap(mended));
  }

  private static boolean isOf(String traceparent, SpanContext parent) {
    return traceparent.contains(parent.getTraceId() + "-" + parent.getSpanId());
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
      failed(propagatorFailed);
    }
  }

  private void failed(Throwable propagatorFailed) {
    drops.count(Outcome.HOOK_FAILED);
    warnings.hookFailed("propagator", propagatorFailed);
  }

  private static boolean isTraceState(String name) {
    return TRACESTATE.equalsIgnoreCase(name);
  }

  private static @Nullable String only(Iterator<String> lines) {
    String first = lines.hasNext() ? lines.next() : null;
    return lines.hasNext() ? null : first;
  }

  private static @Nullable String joined(Iterator<String> lines) {
    String joined = lines.hasNext() ? lines.next() : null;
    while (lines.hasNext()) {
      joined = joined + "," + lines.next();
    }
    return joined;
  }

  private static boolean isBaggage(String name) {
    return WaybillPropagator.BAGGAGE.equalsIgnoreCase(name);
  }

  /**
   * Reads all lines of a header as one: of two {@code traceparent} lines nobody knows which is
   * right, so there is none (Trace Context §3.2), and those of {@code tracestate} belong together
   * (§3.3.1).
   */
  private record TraceGetter<C>(TextMapGetter<C> getter) implements TextMapGetter<C> {
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
        return joined(getter.getAll(carrier, name));
      }
      return TRACEPARENT.equalsIgnoreCase(name)
          ? only(getter.getAll(carrier, name))
          : getter.get(carrier, name);
    }

    @Override
    public Iterator<String> getAll(@Nullable C carrier, String name) {
      return isBaggage(name) ? Collections.emptyIterator() : getter.getAll(carrier, name);
    }
  }
}
