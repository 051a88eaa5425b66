package io.waybill.testing;

import static io.waybill.testing.WaybillAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.Provenance;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RequestScopeAssertTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final BaggageField<String> TENANT =
      BaggageField.identity("tenant.id", FieldCodec.string());
  private static final BaggageField<Long> COUNT =
      BaggageField.attribute("count", FieldCodec.int64());
  private static final LocalField<char[]> TOKEN = LocalField.named("token");

  private final Waybill waybill =
      Waybill.builder(OpenTelemetry.noop())
          .carry(USER)
          .carry(TENANT)
          .carry(COUNT)
          .keep(TOKEN)
          .build();

  private void inRequest(Consumer<RequestScope> check) {
    waybill
        .request()
        .with(USER, "anna-1")
        .with(COUNT, 4711L)
        .run(
            () -> {
              RequestScope.current().set(TOKEN, "abc".toCharArray());
              check.accept(RequestScope.current());
            });
  }

  @Test
  void has_passesForEqualValues() {
    inRequest(
        scope ->
            assertThat(scope)
                .has(USER, "anna-1")
                .has(COUNT, 4711L)
                .has(TOKEN, "abc".toCharArray())
                .lacks(TENANT)
                .hasFrom(Provenance.HERE, USER)
                .isNotEnded());
  }

  @Test
  void isEnded_passesAfterTheRequest() {
    RequestScope scope = waybill.request().with(USER, "anna-1").call(RequestScope::current);

    assertThat(scope).isEnded().has(USER, "anna-1");
    fails(() -> assertThat(scope).isNotEnded(), "the request has ended (expected: it goes on)");
  }

  @Test
  void failures_nameFieldAndDifferenceAndNoValue() {
    inRequest(
        scope -> {
          fails(
              () -> assertThat(scope).has(USER, "anna-23"),
              "field user.id has another value (expected: one of 7 characters, found 6, which"
                  + " differs from character 5 on)");
          fails(
              () -> assertThat(scope).has(COUNT, 4712L),
              "field count has another value (expected: an equal one)");
          fails(
              () -> assertThat(scope).has(TOKEN, "abd".toCharArray()),
              "field token has another value (expected: an equal one)");
          fails(
              () -> assertThat(scope).has(TENANT, "t"),
              "field tenant.id has no value (expected: one)");
          fails(() -> assertThat(scope).lacks(USER), "field user.id has a value (expected: none)");
          fails(() -> assertThat(scope).lacks(TOKEN), "field token has a value (expected: none)");
          fails(
              () -> assertThat(scope).hasFrom(Provenance.HERE, TENANT),
              "field tenant.id came from nowhere (expected: HERE)");
          fails(() -> assertThat(scope).isEnded(), "the request goes on (expected: it has ended)");
          assertThatThrownBy(() -> assertThat(scope).isNull())
              .hasMessageNotContainingAny("anna", "4711", "abc");
        });
  }

  @Test
  void noScope_failsAll() {
    assertThatThrownBy(() -> assertThat((RequestScope) null).lacks(USER))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void field_thatWasNotDeclaredIsRefused() {
    BaggageField<String> other = BaggageField.attribute("other", FieldCodec.string());

    inRequest(
        scope ->
            assertThatThrownBy(() -> assertThat(scope).lacks(other))
                .isInstanceOf(IllegalArgumentException.class));
  }

  private static void fails(ThrowingCallable assertion, String message) {
    assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessage(message);
  }
}
