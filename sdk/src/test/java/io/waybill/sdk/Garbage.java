package io.waybill.sdk;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what only a garbage collection makes true. */
final class Garbage {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Garbage() {}

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("still reachable after " + PATIENCE);
      }
      System.gc();
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }
}
