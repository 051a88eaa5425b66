package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {

  /** The digest by {@code sha256sum}, of the UTF-8 of the text. */
  @Test
  void of_eachWay() {
    assertThat(Shown.PLAIN.of("ü")).isEqualTo("ü");
    assertThat(Shown.HASHED.of("ü")).isEqualTo("607474ca475a9724");
    assertThat(Shown.HASHED.of("")).isEqualTo("e3b0c44298fc1c14");
    assertThat(Shown.HIDDEN.of("ü")).isNull();
  }

  @Test
  void fieldRule_keepsItBesideTheOthers() {
    FieldRule rule = FieldRule.DEFAULT.alias("x-a").show(Shown.HIDDEN).admitFrom(TrustZone.PARTNER);

    assertThat(rule.shown()).isEqualTo(Shown.HIDDEN);
    assertThat(rule.alias()).isEqualTo("x-a");
    assertThat(rule.admits(TrustZone.PARTNER)).isTrue();
    assertThat(FieldRule.DEFAULT.shown()).isEqualTo(Shown.PLAIN);
  }
}
