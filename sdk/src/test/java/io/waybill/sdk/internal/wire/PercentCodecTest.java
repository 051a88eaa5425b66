package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3986 §2.1 over RFC 3629, as W3C Baggage §3.3.1.3 asks. */
class PercentCodecTest {

  private static String encode(String value) {
    byte[] text = new byte[PercentCodec.encodedLength(value)];
    assertThat(PercentCodec.encode(value, text, 0)).isEqualTo(text.length);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static String decode(String text) {
    return Wire.parse("k=" + text).value(0);
  }

  private static boolean isUtf8(String text) {
    return Wire.parse("k=" + text).valueOrNull(0) != null;
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void encode_decode(String value, String text) {
    assertThat(encode(value)).isEqualTo(text);
    assertThat(decode(text)).isEqualTo(value);
    assertThat(isUtf8(text)).isTrue();
  }

  static Stream<Arguments> encode_decode() {
    return Stream.of(
        Arguments.of("", ""),
        Arguments.of("plain", "plain"),
        Arguments.of("a b", "a%20b"),
        Arguments.of("\",;\\", "%22%2C%3B%5C"),
        Arguments.of("100%", "100%25"),
        Arguments.of("a+b", "a%2Bb"),
        Arguments.of("\0\t\r\n\u001F\u007F", "%00%09%0D%0A%1F%7F"),
        Arguments.of("\u0080\u07FF", "%C2%80%DF%BF"),
        Arguments.of("\u0800\uD7FF\uE000\uFFFF", "%E0%A0%80%ED%9F%BF%EE%80%80%EF%BF%BF"),
        Arguments.of("\uD800\uDC00\uDBFF\uDFFF", "%F0%90%80%80%F4%8F%BF%BF"),
        Arguments.of("\uFFFD", "%EF%BF%BD"));
  }

  /** Every char of ASCII: escaped where the grammar has no baggage-octet for it, and a plus. */
  @Test
  void encode_ascii() {
    for (char c = 0; c < 128; c++) {
      boolean octet =
          c == 0x21
              || (c >= 0x23 && c <= 0x2B)
              || (c >= 0x2D && c <= 0x3A)
              || (c >= 0x3C && c <= 0x5B)
              || (c >= 0x5D && c <= 0x7E);
      String plain = String.valueOf(c);
      assertThat(encode(plain))
          .isEqualTo(octet && c != '%' && c != '+' ? plain : String.format("%%%02X", (int) c));
    }
  }

  @Test
  void encode_everyCodePoint() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String value = Character.toString(c);
      boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      String text = encode(value);
      if (!decode(text).equals(surrogate ? "\uFFFD" : value)) {
        throw new AssertionError(Integer.toHexString(c) + " became " + text);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uD800",
        "\uDBFF",
        "\uDC00",
        "\uDFFF",
        "\uDC00\uD800",
        "a\uD800b",
        "\uD800\uD800\uDC00"
      })
  void encode_loneSurrogate_isReplaced(String value) {
    String text = encode(value);

    assertThat(decode(text)).isEqualTo(value.replaceAll("[\\x{D800}-\\x{DFFF}]", "\uFFFD"));
    assertThat(isUtf8(text)).isTrue();
  }

  @Test
  void encode_writesThere() {
    byte[] text = "k=......,".getBytes(StandardCharsets.US_ASCII);

    int next = PercentCodec.encode("é", text, 2);

    assertThat(next).isEqualTo(8);
    assertThat(text).asString(StandardCharsets.US_ASCII).isEqualTo("k=%C3%A9,");
  }

  @Test
  void decode_range() {
    assertThat(PercentCodec.decode("%41%42%43", 3, 6, 1)).isEqualTo("B");
    assertThat(PercentCodec.decode("%FF%C3%FF", 3, 6, 1)).isEqualTo("\uFFFD");
    assertThat(PercentCodec.decodeOrNull("%FF%42%FF", 3, 6, 1)).isEqualTo("B");
    assertThat(PercentCodec.decodeOrNull("%C3%A9", 0, 3, 1)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"%c3%a9,é", "%2f,/", "%aF,\uFFFD", "%61%62,ab"})
  void decode_hexDigitsOfEitherCase(String text, String value) {
    assertThat(decode(text)).isEqualTo(value);
  }

  /** A declared field refuses these: two users must not decode to one id. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%FF",
        "a%80",
        "%C3",
        "%C3A",
        "%C0%80",
        "%C0%AF",
        "%E0%80%AF",
        "%ED%A0%80",
        "%ED%A0%BD%ED%BA%9A",
        "%F4%90%80%80",
        "%F8%88%80%80%80",
        "%F0%9F%9A",
        "%F0%9F%9AA%80",
        "%F0%8F%BF%BF",
        "%F5%80%80%80",
        "%ED%BF%BF",
        "%C1%BF",
        "%C3%41%A9",
        "%E2%82%C0",
        "%EF%BF%BD%FF"
      })
  void decodeOrNull_illFormed(String text) {
    assertThat(isUtf8(text)).isFalse();
    assertThat(decode(text)).contains("\uFFFD");
  }
}
