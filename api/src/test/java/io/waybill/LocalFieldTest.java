package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of what stays. */
class LocalFieldTest {

  @Test
  void named_isNoSecret() {
    LocalField<String> field = LocalField.named("note of the day");

    assertThat(field.name()).isEqualTo("note of the day");
    assertThat(field.isSecret()).isFalse();
    assertThat(field).hasToString("local note of the day");
  }

  @Test
  void secret_mayBeNamedLikeACredential() {
    LocalField<char[]> field = LocalField.secret("authorization");

    assertThat(field.isSecret()).isTrue();
    assertThat(field).hasToString("secret authorization");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void named_blank_throws(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalField.named(name))
        .withMessage("name: \"" + name + "\" (expected: a name to show)");
    assertThatIllegalArgumentException().isThrownBy(() -> LocalField.secret(name));
  }

  @Test
  void named_null_throws() {
    assertThatNullPointerException().isThrownBy(() -> LocalField.named(null)).withMessage("name");
  }

  @Test
  void equals_sameObjectOnly() {
    assertThat(LocalField.named("note")).isNotEqualTo(LocalField.named("note"));
  }
}
