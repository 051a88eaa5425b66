package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.waybill.RequestScope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may happen while a change of a local field is worked out. */
class ScopeUpdateTest {
  private final Waybill waybill = new Fixture().trusting();

  @Test
  void update_thatThrows_changesNothing() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              scope.set(NOTE, "before");
              assertThatIllegalArgumentException()
                  .isThrownBy(
                      () ->
                          scope.update(
                              NOTE,
                              value -> {
                                throw new IllegalArgumentException("of the user");
                              }))
                  .withMessage("of the user");
              assertThat(scope.get(NOTE)).isEqualTo("before");
              assertThat(scope.update(NOTE, value -> null)).isNull();
              assertThat(scope.get(NOTE)).isNull();
            });
  }

  /** Each change is made on what the one before has left, also if that came in between. */
  @Test
  void update_afterAnotherOneCameInBetween_runsAgain() {
    waybill
        .request()
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              List<String> seen = new ArrayList<>();
              scope.update(
                  NOTE,
                  value -> {
                    seen.add(String.valueOf(value));
                    if (seen.size() == 1) {
                      scope.set(NOTE, "between");
                    }
                    return value + " and after";
                  });
              assertThat(seen).containsExactly("null", "between");
              assertThat(scope.get(NOTE)).isEqualTo("between and after");
            });
  }

  @Test
  void update_inWhichTheRequestEnds_isRefused() {
    IncomingCall request = Fixture.receive(waybill);
    RequestScope scope = request.scope();
    scope.set(NOTE, "before");

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                scope.update(
                    NOTE,
                    value -> {
                      request.end();
                      return "late";
                    }))
        .withMessageContaining("local note: the request has ended");
    assertThat(scope.get(NOTE)).isEqualTo("before");
  }
}
