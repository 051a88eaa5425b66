package io.waybill.sdk;

import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.telemetry.Border;
import io.waybill.sdk.telemetry.LogText;
import io.waybill.sdk.telemetry.Outcome;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of each field of one request at each border, in the order in which it happened; kept
 * where set-up says {@link WaybillBuilder#explain}. It holds names, and no values.
 *
 * <p><b>Threading.</b> Safe from any thread; a request that goes on adds to it.
 */
public final class Explanation {
  private static final int MOST_LINES = 512;

  private final String what;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  Explanation(String what) {
    this.what = what;
  }

  /**
   * What became of one field at one border.
   *
   * @param name the field's; of what nobody declared, escaped, and 64 chars at most
   * @param destination where it went, or would have gone; null on the way in, and for what is no
   *     destination
   */
  public record Line(
      Border border, String name, Outcome outcome, @Nullable Destination destination) {
    /**
     * Returns {@code in user.id admitted}, or {@code out user.id released to grpc://orders:8443}.
     */
    @Override
    public String toString() {
      String where = destination == null ? "" : " to " + destination;
      return border.label() + " " + name + " " + outcome.label() + where;
    }
  }

  /** Returns what happened so far, 512 lines at most. */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  void add(Border border, String name, Outcome outcome, @Nullable Destination destination) {
    if (lines.size() < MOST_LINES) {
      lines.add(new Line(border, LogText.name(name), outcome, destination));
    }
  }

  /** Returns all lines in one. */
  @Override
  public String toString() {
    return lines.stream().map(Line::toString).collect(Collectors.joining("; ", what + ": ", ""));
  }
}
