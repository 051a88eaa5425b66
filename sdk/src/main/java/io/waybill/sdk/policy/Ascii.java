package io.waybill.sdk.policy;

/**
 * Case, as names of hosts and schemes have it: only A to Z are letters.
 *
 * <p>The JDK's own methods know more. To them U+212A (KELVIN SIGN) is a {@code k}, and so a
 * stranger's name is one of ours.
 */
final class Ascii {
  private static final int TO_LOWER = 'a' - 'A';

  private Ascii() {}

  /** Returns {@code text} with A to Z in lower case; itself if there are none. */
  static String lower(String text) {
    int upper = 0;
    while (upper < text.length() && !isUpper(text.charAt(upper))) {
      upper++;
    }
    if (upper == text.length()) {
      return text;
    }
    char[] lower = text.toCharArray();
    for (int i = upper; i < lower.length; i++) {
      lower[i] = lower(lower[i]);
    }
    return new String(lower);
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static char lower(char c) {
    return isUpper(c) ? (char) (c + TO_LOWER) : c;
  }
}
