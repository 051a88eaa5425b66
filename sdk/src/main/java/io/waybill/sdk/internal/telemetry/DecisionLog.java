package io.waybill.sdk.internal.telemetry;

import io.waybill.sdk.policy.Border;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Explanation;
import io.waybill.sdk.policy.Outcome;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What became so far of each field of one request, for its {@link Explanation}.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class DecisionLog {
  private static final int MOST_LINES = 512;

  private final String what;
  private final List<Explanation.Line> lines = new CopyOnWriteArrayList<>();

  /** Starts the log of the request that {@code what} names. */
  public DecisionLog(String what) {
    this.what = what;
  }

  void add(Border border, String name, Outcome outcome, @Nullable Destination destination) {
    if (lines.size() < MOST_LINES) {
      lines.add(new Explanation.Line(border, LogText.name(name), outcome, destination));
    }
  }

  /** Returns what happened so far. */
  public Explanation explanation() {
    return new Explanation(what, lines);
  }
}
