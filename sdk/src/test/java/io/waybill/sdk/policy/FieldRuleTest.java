package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What set-up may say of one field, and that one word of it leaves the others. */
class FieldRuleTest {
  private static final BaggageField<String> CLAIM =
      BaggageField.attribute("claimed.user", FieldCodec.string());

  @Test
  void default_saysNothing() {
    assertThat(FieldRule.DEFAULT.alias()).isNull();
    assertThat(FieldRule.DEFAULT.receivedAs()).isNull();
    assertThat(FieldRule.DEFAULT.demotedTo()).isNull();
    assertThat(FieldRule.DEFAULT.shown()).isEqualTo(Shown.PLAIN);
  }

  @Test
  void eachWord_leavesTheOthers() {
    FieldRule rule =
        FieldRule.DEFAULT
            .alias("x-user-id")
            .receivedAs("uid")
            .demoteTo(CLAIM)
            .show(Shown.HIDDEN)
            .admitFrom(TrustZone.PARTNER);
    FieldRule again = rule.receivedAs("uid2").alias("0-id").demoteTo(CLAIM);

    assertThat(rule.alias()).isEqualTo("x-user-id");
    assertThat(rule.receivedAs()).isEqualTo("uid");
    assertThat(rule.demotedTo()).isSameAs(CLAIM);
    assertThat(rule.shown()).isEqualTo(Shown.HIDDEN);
    assertThat(rule.admits(TrustZone.PARTNER)).isTrue();
    assertThat(again.alias()).isEqualTo("0-id");
    assertThat(again.receivedAs()).isEqualTo("uid2");
    assertThat(again.admits(TrustZone.PARTNER)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X-User",
        "x user",
        "-x",
        "x\r\n",
        "x:",
        "x-bin",
        "baggage",
        "traceparent",
        "tracestate",
        "cookie",
        "set-cookie",
        "authorization",
        "host",
        "te",
        "content-length",
        "b3",
        "x-b3-traceid",
        "uber-trace-id",
        "x-amzn-trace-id",
        "x-forwarded-for",
        "grpc-timeout",
        "keep-alive"
      })
  void alias_wrongName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldRule.DEFAULT.alias(name))
        .withMessageContaining("header: \"" + name + "\"");
  }

  @Test
  void demoteTo_identity() {
    BaggageField<String> identity = BaggageField.identity("admin.id", FieldCodec.string());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldRule.DEFAULT.demoteTo(identity))
        .withMessageContaining("attribute: identity admin.id");
  }

  @Test
  void null_throws() {
    assertThatNullPointerException().isThrownBy(() -> FieldRule.DEFAULT.alias(null));
    assertThatNullPointerException().isThrownBy(() -> FieldRule.DEFAULT.receivedAs(null));
    assertThatNullPointerException().isThrownBy(() -> FieldRule.DEFAULT.show(null));
  }
}
