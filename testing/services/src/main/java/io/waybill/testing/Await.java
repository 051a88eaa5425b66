package io.waybill.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads are about to do, and no longer than that takes. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  /**
   * Waits until {@code condition} is true.
   *
   * @param what completes the message "waited in vain for"
   */
  static void until(Supplier<String> what, BooleanSupplier condition) {
    if (!comesTrue(condition)) {
      throw new AssertionError("waited in vain for " + what.get());
    }
  }

  /** Waits for {@code condition}, and returns whether it came true. */
  static boolean comesTrue(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}
