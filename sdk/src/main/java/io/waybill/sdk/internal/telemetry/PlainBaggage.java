package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether somebody could send what lies in OpenTelemetry's Baggage to any destination: a plain
 * propagator in the OpenTelemetry of set-up, or in the global one, which the libraries and the Java
 * agent use.
 */
public final class PlainBaggage {
  private static final String SENTINEL = "waybill.sentinel";

  private final OpenTelemetry own;
  private final Set<String> names;

  /**
   * Creates a look at {@code own}, what set-up was given, and at the global one.
   *
   * @param names what would lie in Baggage: some send what they have in a list
   */
  public PlainBaggage(OpenTelemetry own, Set<String> names) {
    this.own = own;
    this.names = Set.copyOf(names);
  }

  /** Returns whether it is sent now: the global one may be set later, which this never does. */
  public boolean isSent() {
    return isSentBy(own, names)
        || (GlobalOpenTelemetry.isSet() && isSentBy(GlobalOpenTelemetry.get(), names));
  }

  /** Returns {@code context} with a span: some propagators send nothing without one. */
  public static Context withSpan(Context context) {
    return context.with(
        Span.wrap(
            SpanContext.create(
                "0000000000000000000000000000000f",
                "000000000000000f",
                TraceFlags.getSampled(),
                TraceState.getDefault())));
  }

  /**
   * Returns whether {@code openTelemetry} sends it. Its {@code fields()} do not tell a plain
   * propagator from ours; what it sends does.
   */
  public static boolean isSentBy(OpenTelemetry openTelemetry, Set<String> names) {
    Map<String, String> carrier = new HashMap<>();
    BaggageBuilder baggage = Baggage.builder().put(SENTINEL, SENTINEL);
    names.forEach(name -> baggage.put(name, SENTINEL));
    try {
      openTelemetry
          .getPropagators()
          .getTextMapPropagator()
          .inject(withSpan(Context.root().with(baggage.build())), carrier, Map::put);
    } catch (Throwable propagatorFailed) {
      return true; // Nobody knows what it does with what it is given.
    }
    return carrier.values().stream().anyMatch(value -> value.contains(SENTINEL));
  }
}
