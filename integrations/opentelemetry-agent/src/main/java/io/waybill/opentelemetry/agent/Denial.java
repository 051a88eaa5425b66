package io.waybill.opentelemetry.agent;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;

/**
 * Takes Baggage out of each call where Waybill could not be installed: another propagator of the
 * agent would send it to anybody, and believe anybody.
 */
final class Denial {
  private static volatile boolean isOn;

  private Denial() {}

  static void turnOn() {
    isOn = true;
  }

  /** Returns {@code context} as an operation may have it. */
  static Context in(Context context) {
    return isOn && !Baggage.fromContext(context).isEmpty()
        ? context.with(Baggage.empty())
        : context;
  }
}
