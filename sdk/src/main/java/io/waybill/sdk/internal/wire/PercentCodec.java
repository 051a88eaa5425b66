package io.waybill.sdk.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Percent-encoding of UTF-8, as W3C Baggage §3.3.1.3 wants it in values. What is decoded here has
 * gone through the parser: each {@code %} has its two hex digits, and the rest is ASCII.
 */
final class PercentCodec {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(UTF_8);
  private static final int ESCAPE = 3;

  private PercentCodec() {}

  /** Returns {@code text[start, end)} decoded; octets that are not UTF-8 become U+FFFD. */
  static String decode(String text, int start, int end, int length) {
    String decoded = decodeOrNull(text, start, end, length);
    return decoded != null ? decoded : new String(octets(text, start, end), UTF_8);
  }

  /**
   * Returns {@code text[start, end)} decoded, or null if its octets are not UTF-8.
   *
   * @param length how many chars that is, by {@link #chars}
   */
  static @Nullable String decodeOrNull(String text, int start, int end, int length) {
    char[] chars = new char[length];
    int next = 0;
    for (int at = start; at < end; ) {
      int c = Grammar.at(text, at);
      int codePoint = c == '%' ? codePoint(text, at, end) : c;
      if (codePoint < 0) {
        return null;
      }
      next += Character.toChars(codePoint, chars, next);
      at += c == '%' ? ESCAPE * octets(codePoint) : 1;
    }
    return new String(chars);
  }

  /** Returns whether both parts of {@code text} are decoded to the same {@code length} chars. */
  static boolean isSame(String text, int start, int end, int start2, int end2, int length) {
    boolean asWritten =
        end - start == end2 - start2 && text.regionMatches(start, text, start2, end - start);
    return asWritten || decode(text, start, end, length).equals(decode(text, start2, end2, length));
  }

  /**
   * Returns how many chars an octet brings that begins the octets of a code point: none if it goes
   * on with them. Right where the octets are UTF-8.
   */
  static int chars(int octet) {
    return octet >= 0xF0 ? 2 : (octet & 0xC0) == 0x80 ? 0 : 1;
  }

  /** Returns the code point whose octets are escaped here, or -1 if there is none (RFC 3629 §3). */
  private static int codePoint(String text, int at, int end) {
    int first = Grammar.octet(text, at);
    if (first < 0x80) {
      return first;
    }
    int octets = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    int behind = at + ESCAPE * octets;
    if (first < 0xC2 || first > 0xF4 || behind > end) {
      return -1;
    }
    int codePoint = first & (0x7F >> octets);
    for (int i = at + ESCAPE; i < behind; i += ESCAPE) {
      int next = Grammar.at(text, i) == '%' ? Grammar.octet(text, i) : 0;
      if ((next & 0xC0) != 0x80) {
        return -1;
      }
      codePoint = codePoint << 6 | (next & 0x3F);
    }
    boolean shortest = octets(codePoint) == octets;
    return shortest && codePoint <= Character.MAX_CODE_POINT && !isSurrogate(codePoint)
        ? codePoint
        : -1;
  }

  /** Returns how many octets {@code codePoint} has in UTF-8. */
  private static int octets(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  private static byte[] octets(String text, int start, int end) {
    byte[] octets = new byte[end - start];
    int length = 0;
    for (int at = start; at < end; length++) {
      int c = Grammar.at(text, at);
      octets[length] = (byte) (c == '%' ? Grammar.octet(text, at) : c);
      at += c == '%' ? ESCAPE : 1;
    }
    return Arrays.copyOf(octets, length);
  }

  /** Returns how many bytes {@link #encode} writes of {@code value}: its length if all is plain. */
  static int encodedLength(String value) {
    int length = value.length();
    for (int i = writtenLength(value); i < value.length(); ) {
      int c = codePointAt(value, i);
      i += Character.charCount(c);
      length += Grammar.isWritten(c) ? 0 : ESCAPE * octets(c) - Character.charCount(c);
    }
    return length;
  }

  /**
   * Writes {@code value} to {@code to[at]} and on, with all but baggage-octets escaped, and {@code
   * +}; a lone surrogate as U+FFFD. Returns where the next byte goes.
   */
  static int encode(String value, byte[] to, int at) {
    int next = at;
    for (int i = 0; i < value.length(); ) {
      int c = codePointAt(value, i);
      i += Character.charCount(c);
      if (Grammar.isWritten(c)) {
        to[next++] = (byte) c;
      } else {
        next = escape(c, to, next);
      }
    }
    return next;
  }

  private static int writtenLength(String value) {
    int i = 0;
    while (i < value.length() && Grammar.isWritten(value.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int codePointAt(String value, int i) {
    // A value may be in any script, and Grammar.at wants to see no such string.
    int c = Character.codePointAt(value, i);
    return isSurrogate(c) ? '\uFFFD' : c;
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static int escape(int c, byte[] to, int at) {
    if (c < 0x80) {
      return octet(c, to, at);
    }
    if (c < 0x800) {
      return continued(c, 1, to, octet(0xC0 | (c >> 6), to, at));
    }
    if (c < 0x10000) {
      return continued(c, 2, to, octet(0xE0 | (c >> 12), to, at));
    }
    return continued(c, 3, to, octet(0xF0 | (c >> 18), to, at));
  }

  private static int continued(int c, int octets, byte[] to, int at) {
    int next = at;
    for (int shift = 6 * (octets - 1); shift >= 0; shift -= 6) {
      next = octet(0x80 | (c >> shift & 0x3F), to, next);
    }
    return next;
  }

  private static int octet(int octet, byte[] to, int at) {
    to[at] = '%';
    to[at + 1] = HEX[octet >> 4];
    to[at + 2] = HEX[octet & 0xF];
    return at + ESCAPE;
  }
}
