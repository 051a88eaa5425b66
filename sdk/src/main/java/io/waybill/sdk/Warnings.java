package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Waybill's own log, {@code io.waybill} in {@code java.util.logging} like OpenTelemetry's. On a
 * call path it warns once a minute at most; the counters have the rest. It never shows a value.
 */
final class Warnings {
  private static final Logger LOGGER = Logger.getLogger("io.waybill");
  private static final Logger EXPLANATIONS = Logger.getLogger("io.waybill.explain");
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong nextBudget = new AtomicLong(System.nanoTime());
  private final AtomicLong nextLeak = new AtomicLong(System.nanoTime());
  private final AtomicLong nextHook = new AtomicLong(System.nanoTime());

  void overBudget(String field, int maxBytes) {
    if (isDue(nextBudget)) {
      LOGGER.log(
          Level.WARNING,
          "Baggage member {0} was left out of a call: no room for it in {1} bytes (see"
              + " WaybillBuilder.limits; metric waybill.dropped counts the others)",
          new Object[] {field, Integer.toString(maxBytes)});
    }
  }

  void hookFailed(String hook, Throwable failure) {
    if (isDue(nextHook)) {
      // The class only: a message of user code may hold a value.
      LOGGER.log(
          Level.WARNING,
          "The {0} threw {1}; the request goes on without it",
          new Object[] {hook, failure.getClass().getName()});
    }
  }

  /** Logs the stack that {@code leak} is; it is made by Waybill and holds no value. */
  void leaked(Throwable leak) {
    if (isDue(nextLeak)) {
      LOGGER.log(Level.WARNING, "A request leaked (metric waybill.leaked counts the others)", leak);
    }
  }

  /** One line for a request that has ended, for whoever asked for explanations. */
  static void explained(Explanation explanation, Context request) {
    if (EXPLANATIONS.isLoggable(Level.FINE)) {
      String trace = Span.fromContext(request).getSpanContext().getTraceId();
      EXPLANATIONS.fine("trace " + trace + ", " + explanation);
    }
  }

  static void identityNotMirrored() {
    LOGGER.warning(
        "Identity is not copied into OpenTelemetry Baggage: a plain baggage propagator is"
            + " configured, which would send it to any destination. Put WaybillPropagator in its"
            + " place to have it there, or set mirrorIdentity(NEVER) to silence this.");
  }

  private static boolean isDue(AtomicLong next) {
    long due = next.get();
    long now = System.nanoTime();
    return now - due >= 0 && next.compareAndSet(due, now + PERIOD_NANOS);
  }
}
