package io.waybill.sdk.internal.wire;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The lines of one header, which mean the same as one line with commas (RFC 9110 §5.3). */
final class HeaderLines {
  private HeaderLines() {}

  /** Returns {@code lines} joined, no more than {@code most} chars of them. */
  static String join(Iterator<String> lines, int most) {
    if (!lines.hasNext()) {
      return "";
    }
    String first = head(lines.next(), most);
    if (!lines.hasNext()) {
      return first;
    }
    StringBuilder joined = new StringBuilder(first);
    while (lines.hasNext() && joined.length() < most) {
      joined.append(joined.length() == 0 ? "" : ",").append(head(lines.next(), most));
    }
    return head(joined.toString(), most);
  }

  /** Returns as many chars of {@code line}; a carrier that has null there means none. */
  private static String head(@Nullable String line, int most) {
    return line == null ? "" : line.length() <= most ? line : line.substring(0, most);
  }
}
