package io.waybill.sdk.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {
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
    "005c, backslash"
  })
  void escape_oneLineStaysOneLine(String hex, String name) {
    String value = "a" + (char) Integer.parseInt(hex, 16) + "b";

    assertThat(LogText.escape(value)).as(name).isEqualTo("a\\u" + hex + "b");
  }
}
