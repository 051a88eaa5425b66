package io.waybill.sdk.policy;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of each field of one request at each border so far, in the order in which it
 * happened. It holds names, and no values.
 *
 * @param what names the request: its operation, as spans name it; escaped
 * @param lines what happened, 512 lines at most
 */
public record Explanation(String what, List<Line> lines) {

  /** Copies the lines. */
  public Explanation {
    lines = List.copyOf(lines);
  }

  /**
   * What became of one field at one border.
   *
   * @param name the field's; escaped, and 64 chars at most, if nobody declared it
   * @param destination where it went, or would have gone; null on the way in, and where the call
   *     names no destination
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

  /** Returns all lines in one. */
  @Override
  public String toString() {
    return lines.stream().map(Line::toString).collect(Collectors.joining("; ", what + ": ", ""));
  }
}
