package io.waybill.sdk.wire;

/** The character classes of W3C Baggage, as one table lookup each. */
final class Grammar {
  private static final int TOKEN = 1;
  private static final int OCTET = 2;
  private static final int HEX = 4;
  private static final byte[] CLASSES = classes();

  private Grammar() {}

  /** RFC 9110 §5.6.2. */
  static boolean isToken(char c) {
    return is(TOKEN, c);
  }

  /** A baggage-octet; {@code %} is one, and then opens an escape. */
  static boolean isOctet(char c) {
    return is(OCTET, c);
  }

  /** OWS of RFC 9110 §5.6.3: SP and HTAB only. */
  static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Returns whether {@code text[at]} is {@code %} and two hex digits follow before {@code end}. */
  static boolean isEscape(CharSequence text, int at, int end) {
    return at + 2 < end && is(HEX, text.charAt(at + 1)) && is(HEX, text.charAt(at + 2));
  }

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isToken(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean is(int which, char c) {
    return c < 128 && (CLASSES[c] & which) != 0;
  }

  private static byte[] classes() {
    byte[] classes = new byte[128];
    for (char c = 0x21; c < 0x7F; c++) {
      boolean digit = c >= '0' && c <= '9';
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean hexLetter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      boolean token = digit || letter || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      boolean octet = c != '"' && c != ',' && c != ';' && c != '\\';
      classes[c] =
          (byte) ((token ? TOKEN : 0) | (octet ? OCTET : 0) | (digit || hexLetter ? HEX : 0));
    }
    return classes;
  }
}
