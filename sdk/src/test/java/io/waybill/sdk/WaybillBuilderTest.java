package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.TrustZone;
import org.junit.jupiter.api.Test;

class WaybillBuilderTest {
  private final WaybillBuilder builder = Waybill.builder(OpenTelemetry.noop());

  @Test
  void carry_twoFieldsOfOneName() {
    builder.carry(USER);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.carry(BaggageField.attribute("user.id", FieldCodec.string())))
        .withMessageContaining("attribute user.id is declared already");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.carry(USER));
  }

  @Test
  void carry_ruleOfTheRequestId() {
    assertThatCode(() -> builder.carry(BaggageField.REQUEST_ID, r -> r.admitFrom(TrustZone.PUBLIC)))
        .doesNotThrowAnyException();
  }

  @Test
  void carry_ruleOfTheRequestIdTwice_theLastCounts() {
    BaggageField<String> id = BaggageField.REQUEST_ID;

    assertThat(
            Waybill.builder(OpenTelemetry.noop())
                .carry(id)
                .carry(id, rule -> rule.alias("x-request-id"))
                .build()
                .fields()
                .get(id)
                .alias())
        .isEqualTo("x-request-id");
  }

  @Test
  void carry_anotherFieldOfTheNameOfTheRequestId() {
    BaggageField<String> mine = BaggageField.attribute("request.id", FieldCodec.string());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Waybill.builder(OpenTelemetry.noop()).carry(mine))
        .withMessageContaining("is declared already");
  }

  @Test
  void keep_twice() {
    builder.keep(NOTE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.keep(NOTE))
        .withMessageContaining("local note");
  }

  @Test
  void destination_wrongPattern() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.destination("orders.internal", TrustZone.OWN))
        .withMessageContaining("\"orders.internal\"")
        .withMessageContaining("scheme://host[:port]");
  }

  @Test
  void destination_undeclaredField() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.destination("https://p.example", TrustZone.PARTNER, LOCALE))
        .withMessageContaining("attribute locale is not declared");
  }

  @Test
  void destination_fieldsForAnotherZoneThanPartner() {
    builder.carry(LOCALE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.destination("https://p.example", TrustZone.OWN, LOCALE))
        .withMessageContaining("fields for a PARTNER only");
  }

  @Test
  void limits_negative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.DEFAULT.withMembers(-1))
        .withMessage("members: -1 (expected: 0 to 8192)");
  }
}
