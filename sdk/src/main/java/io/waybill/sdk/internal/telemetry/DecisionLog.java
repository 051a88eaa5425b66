package io.waybill.sdk.internal.telemetry;

import io.waybill.sdk.policy.Border;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Explanation;
import io.waybill.sdk.policy.Outcome;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What became so far of each field of one request, for its {@link Explanation}.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class DecisionLog {
  private static final int MOST_LINES = 512;

  private final String what;
  private final Queue<Explanation.Line> lines = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Starts the log of the request that {@code what} names, which a peer may have chosen. */
  public DecisionLog(String what) {
    this.what = LogText.escape(what);
  }

  void add(Border border, String name, Outcome outcome, @Nullable Destination destination) {
    if (count.incrementAndGet() <= MOST_LINES) {
      lines.add(new Explanation.Line(border, LogText.name(name), outcome, destination));
    }
  }

  /** Returns what happened so far. */
  public Explanation explanation() {
    return new Explanation(what, List.copyOf(lines));
  }
}
