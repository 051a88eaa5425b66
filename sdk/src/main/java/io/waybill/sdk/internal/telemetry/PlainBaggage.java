package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether somebody could send what lies in OpenTelemetry's Baggage to any destination: a plain
 * propagator in the OpenTelemetry of set-up, or in the global one, which the libraries and the Java
 * agent use.
 */
public final class PlainBaggage {
  private static final String SENTINEL = "waybill.sentinel";

  private final OpenTelemetry own;

  /** Creates a look at {@code own}, what set-up was given, and at the global one. */
  public PlainBaggage(OpenTelemetry own) {
    this.own = own;
  }

  /** Returns whether it is sent now: the global one may be set later, which this never does. */
  public boolean isSent() {
    return isSentBy(own) || (GlobalOpenTelemetry.isSet() && isSentBy(GlobalOpenTelemetry.get()));
  }

  /** Its {@code fields()} do not tell a plain propagator from ours; what it sends does. */
  private static boolean isSentBy(OpenTelemetry openTelemetry) {
    Map<String, String> carrier = new HashMap<>();
    Baggage baggage = Baggage.builder().put(SENTINEL, SENTINEL).build();
    try {
      openTelemetry
          .getPropagators()
          .getTextMapPropagator()
          .inject(Context.root().with(baggage), carrier, Map::put);
    } catch (Throwable propagatorFailed) {
      return true; // Nobody knows what it does with what it is given.
    }
    return carrier.values().stream().anyMatch(value -> value.contains(SENTINEL));
  }
}
