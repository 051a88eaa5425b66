package io.waybill.sdk.internal.wire;

import io.waybill.BaggageField;

/** The character classes of W3C Baggage, as one table lookup each. */
final class Grammar {
  private static final int TOKEN = 1;
  private static final int PLAIN = 2;
  private static final int WRITTEN = 4;
  // What Grammar.at returns of a header is in here, so that the JIT compiler checks no bound.
  private static final int LATIN_1 = 256;
  private static final byte[] CLASSES = classes();
  private static final byte[] HEX = hexDigits();

  private Grammar() {}

  /**
   * Returns what stands at {@code text[i]} of a header; outside of the classes if that is no ASCII.
   *
   * <p>Not by {@link String#charAt}: once any code of the JVM has read a string by it that is not
   * Latin-1, and JDK 25 itself does at its start, the JIT compiler leaves a call in each loop that
   * has it, and a header takes twice as long. Hardly anybody else calls this on such a string.
   */
  static int at(String text, int i) {
    return text.codePointAt(i);
  }

  /** RFC 9110 §5.6.2. */
  static boolean isToken(int c) {
    return is(TOKEN, c);
  }

  /** A baggage-octet that stands for itself: {@code %} opens an escape. */
  static boolean isPlain(int c) {
    return is(PLAIN, c);
  }

  /** A plain char that is written as it is: {@code +} is not, since some read it as a space. */
  static boolean isWritten(int c) {
    return is(WRITTEN, c);
  }

  /** Returns where the plain chars end that begin at {@code from}. */
  static int skipPlain(String text, int from, int end) {
    int at = from;
    while (at < end && isPlain(at(text, at))) {
      at++;
    }
    return at;
  }

  /** OWS of RFC 9110 §5.6.3: SP and HTAB only. */
  static boolean isSpace(int c) {
    return c == ' ' || c == '\t';
  }

  /** Returns the octet of the two hex digits behind {@code text[at]}, or less than 0 at others. */
  static int octet(String text, int at) {
    return hex(at(text, at + 1)) << 4 | hex(at(text, at + 2));
  }

  private static int hex(int c) {
    return c < LATIN_1 ? HEX[c] : -1;
  }

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isToken(at(text, i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean is(int which, int c) {
    return c < LATIN_1 && (CLASSES[c] & which) != 0;
  }

  private static byte[] classes() {
    byte[] classes = new byte[LATIN_1];
    for (char c = 0x21; c < 0x7F; c++) {
      boolean token = BaggageField.isName(String.valueOf(c));
      boolean plain = "\",;\\%".indexOf(c) < 0;
      boolean written = plain && c != '+';
      classes[c] = (byte) ((token ? TOKEN : 0) | (plain ? PLAIN : 0) | (written ? WRITTEN : 0));
    }
    return classes;
  }

  private static byte[] hexDigits() {
    byte[] digits = new byte[LATIN_1];
    for (char c = 0; c < LATIN_1; c++) {
      digits[c] = (byte) Character.digit(c, 16);
    }
    return digits;
  }

  /** Returns how many commas there are from {@code start} on, counting to {@code most}. */
  static int commas(String text, int start, int most) {
    int commas = 0;
    int comma = text.indexOf(',', start);
    while (comma >= 0 && commas < most) {
      commas++;
      comma = text.indexOf(',', comma + 1);
    }
    return commas;
  }
}
