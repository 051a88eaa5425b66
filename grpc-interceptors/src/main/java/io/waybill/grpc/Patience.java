package io.waybill.grpc;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long the caller of a call waits for it. */
final class Patience {
  private Patience() {}

  /** Returns what is left of the call's own deadline or of that around it; null for no end. */
  static @Nullable Duration of(CallOptions options, io.grpc.Context around) {
    Deadline own = options.getDeadline();
    Deadline outer = around.getDeadline();
    Deadline first = own == null || (outer != null && outer.isBefore(own)) ? outer : own;
    return first == null ? null : Duration.ofNanos(first.timeRemaining(TimeUnit.NANOSECONDS));
  }
}
