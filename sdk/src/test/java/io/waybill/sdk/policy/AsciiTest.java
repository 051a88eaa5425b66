package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AsciiTest {
  private static final String KELVIN = "\u212A";
  private static final String LONG_S = "\u017F";

  @Test
  void lower_lettersOfAscii() {
    assertThat(Ascii.lower("X-Forwarded-FOR@[`{")).isEqualTo("x-forwarded-for@[`{");
    assertThat(Ascii.lower("AZaz09")).isEqualTo("azaz09");
    assertThat(Ascii.lower("")).isEmpty();
  }

  @Test
  void lower_noOthers() {
    String others = KELVIN + "\u0130\u00C4\uFF21" + LONG_S;

    assertThat(Ascii.lower("A" + others)).isEqualTo("a" + others);
    assertThat(Ascii.lower(others)).isSameAs(others);
  }
}
