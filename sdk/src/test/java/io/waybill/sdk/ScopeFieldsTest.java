package io.waybill.sdk;

import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What adapters of logs and metrics get of a scope. */
class ScopeFieldsTest {
  private final Waybill waybill = new Fixture().trusting();

  private static Map<String, String> shown(ScopeFields fields) {
    Map<String, String> shown = new LinkedHashMap<>();
    fields.forEach(RequestScope.current(), shown::put);
    return shown;
  }

  @Test
  void forEach_selectedUnderChosenNames_whereThereIsAValue() {
    ScopeFields fields = ScopeFields.of(USER, TENANT).as(PLAN, "tariff");
    waybill
        .request()
        .with(PLAN, Fixture.Plan.GOLD)
        .run(
            () -> {
              assertThat(shown(fields)).containsOnly(Map.entry("tariff", "GOLD"));
              RequestScope.current().identify(USER, "u-1");
              assertThat(shown(fields))
                  .containsOnly(Map.entry("user.id", "u-1"), Map.entry("tariff", "GOLD"));
            });
  }

  /** Other fields of the same name are other fields. */
  @Test
  void forEach_fieldOfAnotherWaybill_hasNone() {
    BaggageField<String> notDeclared = BaggageField.identity("user.id", FieldCodec.string());
    waybill
        .request()
        .with(USER, "u-1")
        .run(() -> assertThat(shown(ScopeFields.of(notDeclared))).isEmpty());
  }

  @Test
  void as_aNameThatIsTaken() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScopeFields.of(USER).as(TENANT, "user.id"))
        .withMessageContaining("\"user.id\" shows another field already");
  }

  @Test
  void as_leavesTheOriginal() {
    ScopeFields user = ScopeFields.of(USER);
    user.as(TENANT, "customer");
    waybill.request().with(TENANT, "t-1").run(() -> assertThat(shown(user)).isEmpty());
  }
}
