package io.waybill.sdk.internal.telemetry;

/** Makes a value safe to stand in a line of a log. */
public final class LogText {
  private static final int LONGEST_NAME = 64;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private LogText() {}

  /** Returns a name that somebody else chose, escaped, and no more of it than 64 chars. */
  public static String name(String name) {
    return escape(name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME));
  }

  /**
   * Returns {@code value} with control characters, line and paragraph separators, invisible format
   * characters (those that turn the direction of text among them), lone surrogates and the
   * backslash written as {@code \}{@code uXXXX}: one line stays one line, and reads as it is.
   */
  public static String escape(String value) {
    int plain = 0;
    while (plain < value.length() && isPlain(value, plain)) {
      plain++;
    }
    if (plain == value.length()) {
      return value;
    }
    StringBuilder escaped = new StringBuilder(value.length() + 16).append(value, 0, plain);
    for (int i = plain; i < value.length(); i++) {
      if (isPlain(value, i)) {
        escaped.append(value.charAt(i));
      } else {
        escape(value.charAt(i), escaped);
      }
    }
    return escaped.toString();
  }

  private static boolean isPlain(String value, int i) {
    char c = value.charAt(i);
    if (c < 0x7F) {
      return c >= ' ' && c != '\\';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      case Character.SURROGATE -> isPaired(value, i);
      default -> true;
    };
  }

  private static boolean isPaired(String value, int i) {
    return Character.isHighSurrogate(value.charAt(i))
        ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
  }

  private static void escape(char c, StringBuilder to) {
    to.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      to.append(HEX[(c >> shift) & 0xF]);
    }
  }
}
