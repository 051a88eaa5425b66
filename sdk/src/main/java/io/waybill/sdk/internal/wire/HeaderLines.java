package io.waybill.sdk.internal.wire;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The lines of one header, as one text (RFC 9110 §5.3). */
final class HeaderLines {
  private HeaderLines() {}

  /**
   * Returns the first {@code most} chars of {@code lines}, joined with commas in order. A comma
   * stands for each line, an empty one too, so that no more than {@code most} lines are looked at.
   *
   * @param lines null among them, which some carriers have there, means an empty one
   */
  static String join(Iterator<String> lines, int most) {
    String first = lines.hasNext() ? head(lines.next(), most) : "";
    if (!lines.hasNext()) {
      return first;
    }
    StringBuilder joined = new StringBuilder(first);
    while (lines.hasNext() && joined.length() < most) {
      joined.append(',').append(head(lines.next(), most));
    }
    return head(joined.toString(), most);
  }

  /** Returns as many chars of {@code line}. */
  static String head(@Nullable String line, int most) {
    return line == null ? "" : line.length() <= most ? line : line.substring(0, most);
  }
}
