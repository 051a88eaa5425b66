package io.waybill.sdk.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Percent-encoding of UTF-8, as W3C Baggage §3.3.1.3 wants it in values. */
final class PercentCodec {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final char REPLACEMENT = '\uFFFD';

  private PercentCodec() {}

  /** Returns {@code text[start, end)} decoded; octets that are not UTF-8 become U+FFFD. */
  static String decode(String text, int start, int end) {
    return new String(octets(text, start, end), UTF_8);
  }

  /** Returns whether the octets behind {@code text[start, end)} are UTF-8. */
  static boolean isUtf8(String text, int start, int end) {
    byte[] octets = octets(text, start, end);
    String decoded = new String(octets, UTF_8);
    return decoded.indexOf(REPLACEMENT) < 0 || Arrays.equals(decoded.getBytes(UTF_8), octets);
  }

  /** Appends {@code value} with all but baggage-octets escaped; a lone surrogate as U+FFFD. */
  static void encode(String value, StringBuilder to) {
    int plain = plainLength(value);
    to.append(value, 0, plain);
    for (int i = plain; i < value.length(); ) {
      int c = value.codePointAt(i);
      i += Character.charCount(c);
      if (c < 128 && isPlain((char) c)) {
        to.append((char) c);
      } else {
        escape(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c, to);
      }
    }
  }

  private static int plainLength(String value) {
    int i = 0;
    while (i < value.length() && isPlain(value.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isPlain(char c) {
    return c != '%' && Grammar.isOctet(c);
  }

  private static void escape(int c, StringBuilder to) {
    if (c < 0x80) {
      octet(c, to);
    } else if (c < 0x800) {
      octet(0xC0 | (c >> 6), to);
      octet(0x80 | (c & 0x3F), to);
    } else if (c < 0x10000) {
      octet(0xE0 | (c >> 12), to);
      octet(0x80 | ((c >> 6) & 0x3F), to);
      octet(0x80 | (c & 0x3F), to);
    } else {
      octet(0xF0 | (c >> 18), to);
      octet(0x80 | ((c >> 12) & 0x3F), to);
      octet(0x80 | ((c >> 6) & 0x3F), to);
      octet(0x80 | (c & 0x3F), to);
    }
  }

  private static void octet(int octet, StringBuilder to) {
    to.append('%').append(HEX[octet >> 4]).append(HEX[octet & 0xF]);
  }

  private static byte[] octets(String text, int start, int end) {
    byte[] octets = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '%') {
        octets[length++] =
            (byte)
                (Character.digit(text.charAt(i + 1), 16) << 4
                    | Character.digit(text.charAt(i + 2), 16));
        i += 2;
      } else {
        octets[length++] = (byte) c;
      }
    }
    return Arrays.copyOf(octets, length);
  }
}
