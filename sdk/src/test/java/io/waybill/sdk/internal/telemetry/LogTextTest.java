package io.waybill.sdk.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {
  private static final Pattern HIDDEN = Pattern.compile("\\R|\\p{C}");

  @ParameterizedTest
  @ValueSource(
      strings = {"", "u-17", "a b", "%n %s ${jndi:ldap://x}", "\uD55C\uAD6D", "\uD83D\uDE00", "é"})
  void escape_plainStays(String plain) {
    assertThat(LogText.escape(plain)).isSameAs(plain);
  }

  @ParameterizedTest
  @CsvSource({
    "000d, CR",
    "000a, LF",
    "0000, NUL",
    "001b, ESC",
    "007f, DEL",
    "0085, NEL",
    "2028, LINE",
    "2029, PARAGRAPH",
    "202e, right-to-left override",
    "200b, zero width space",
    "d800, lone high",
    "dc00, lone low",
    "005c, backslash",
    "009b, CSI",
    "00ad, soft hyphen",
    "061c, Arabic letter mark",
    "200d, zero width joiner",
    "200e, left-to-right mark",
    "202a, left-to-right embedding",
    "2060, word joiner",
    "2066, left-to-right isolate",
    "2069, pop directional isolate",
    "feff, byte order mark",
    "fff9, interlinear annotation",
    "e000, private use",
    "0378, unassigned",
    "ffff, no character",
    "034f, grapheme joiner",
    "115f, Hangul filler",
    "3164, Hangul filler",
    "fe0f, variation selector"
  })
  void escape_oneLineStaysOneLine(String hex, String name) {
    String value = "a" + (char) Integer.parseInt(hex, 16) + "b";

    assertThat(LogText.escape(value)).as(name).isEqualTo("a\\u" + hex + "b");
  }

  @ParameterizedTest
  @CsvSource({
    "e0001, language tag",
    "e0041, tag of A",
    "e007f, end of tag",
    "1d173, beginning of a beam",
    "110bd, Kaithi number sign",
    "1bca0, shorthand",
    "f0000, private use",
    "10fffd, private use",
    "3fffe, unassigned",
    "e0100, variation selector"
  })
  void escape_beyondTheBmp_bothHalves(String hex, String name) {
    String hidden = Character.toString(Integer.parseInt(hex, 16));
    String halves = String.format("\\u%04x\\u%04x", (int) hidden.charAt(0), (int) hidden.charAt(1));

    assertThat(LogText.escape(hidden)).as(name).isEqualTo(halves);
    assertThat(LogText.escape("\uD83D\uDE00" + hidden + "b"))
        .as(name)
        .isEqualTo("\uD83D\uDE00" + halves + "b");
  }

  /** By the JDK, which is asked for each: no line ends, nothing turns, nothing is invisible. */
  @Test
  void escape_ofEachCodePoint_hasNoneThatIsNotSeen() {
    IntStream hidden =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(
                c ->
                    LogText.escape(Character.toString(c))
                        .codePoints()
                        .anyMatch(LogTextTest::isHidden));

    assertThat(hidden.mapToObj(Integer::toHexString)).isEmpty();
  }

  private static boolean isHidden(int c) {
    return Character.isISOControl(c)
        || Character.isIdentifierIgnorable(c)
        || !Character.isDefined(c)
        || HIDDEN.matcher(Character.toString(c)).matches();
  }

  @Test
  void name_cutWithinAPair() {
    assertThat(LogText.name("a".repeat(63) + "\uD83D\uDE00")).isEqualTo("a".repeat(63) + "\\ud83d");
  }
}
