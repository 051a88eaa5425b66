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
   * Returns {@code value} with all that is not seen, and the backslash, written as {@code \}{@code
   * uXXXX}, of both halves where it is beyond U+FFFF: one line stays one line, and reads as it is.
   * Not seen are control characters, line and paragraph separators, format characters (those that
   * turn the direction of text, and tags, among them), lone surrogates, what Unicode has not
   * assigned or leaves to others, and what else it says to ignore in display.
   */
  public static String escape(String value) {
    int plain = 0;
    while (plain < value.length() && isPlain(value.codePointAt(plain))) {
      plain += Character.charCount(value.codePointAt(plain));
    }
    if (plain == value.length()) {
      return value;
    }
    StringBuilder escaped = new StringBuilder(value.length() + 16).append(value, 0, plain);
    value.substring(plain).codePoints().forEach(c -> append(c, escaped));
    return escaped.toString();
  }

  private static void append(int c, StringBuilder escaped) {
    if (isPlain(c)) {
      escaped.appendCodePoint(c);
    } else {
      for (char half : Character.toChars(c)) {
        escape(half, escaped);
      }
    }
  }

  private static boolean isPlain(int c) {
    if (c < 0x7F) {
      return c >= ' ' && c != '\\';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> !isIgnored(c);
    };
  }

  /**
   * Returns whether {@code c} is to be ignored in display though it counts as a letter or a mark:
   * Default_Ignorable_Code_Point of Unicode 17, beside the types above. The fillers of Hangul and
   * the vowels of Khmer that nobody sees, and the selectors of variants.
   */
  private static boolean isIgnored(int c) {
    return switch (c) {
      case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0 -> true;
      default ->
          (c >= 0x180B && c <= 0x180F)
              || (c >= 0xFE00 && c <= 0xFE0F)
              || (c >= 0xE0100 && c <= 0xE01EF);
    };
  }

  private static void escape(char c, StringBuilder to) {
    to.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      to.append(HEX[(c >> shift) & 0xF]);
    }
  }
}
