package io.waybill.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Arrays;
import java.util.List;

/**
 * An input of a fuzz test as text: readable where somebody wrote it, and any {@code char} where the
 * fuzzer did. Bytes are UTF-8; one that is not is half a surrogate pair; {@code ¶} is a line feed.
 */
final class Text {
  private static final char LINE_FEED = '\u00B6';

  private Text() {}

  /** Returns the lines of {@code data}, at least one. */
  static List<String> lines(byte[] data) {
    return Arrays.stream(decode(data).split("\n", -1))
        .map(line -> line.replace(LINE_FEED, '\n'))
        .toList();
  }

  /** Returns {@code text} with each lone surrogate as U+FFFD, as it goes over the wire. */
  static String wellFormed(String text) {
    int[] points =
        text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .toArray();
    return new String(points, 0, points.length);
  }

  private static String decode(byte[] data) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(data);
    CharBuffer out = CharBuffer.allocate(data.length);
    while (decoder.decode(in, out, true).isError()) {
      byte octet = in.get();
      int half = (octet & 1) == 0 ? Character.MIN_HIGH_SURROGATE : Character.MIN_LOW_SURROGATE;
      out.put((char) (half + (octet & 0xFF)));
    }
    return out.flip().toString();
  }
}
