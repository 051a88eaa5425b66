package io.waybill.testing;

import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.Provenance;
import io.waybill.RequestScope;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a request holds, as the scope sees it. After the end of the request they
 * are about its last values.
 *
 * <p><b>Errors.</b> As everywhere in Waybill, no message holds a value of a field: it has the
 * field's name, lengths, and where two texts begin to differ. To see values, compare what {@code
 * scope.get(FIELD)} returns by AssertJ's own {@code assertThat}.
 */
public final class RequestScopeAssert extends AbstractAssert<RequestScopeAssert, RequestScope> {

  RequestScopeAssert(@Nullable RequestScope actual) {
    super(actual, RequestScopeAssert.class);
  }

  /** Verifies that {@code field} has {@code expected} as its value. */
  public <T> RequestScopeAssert has(BaggageField<T> field, T expected) {
    return requireEqual(field.name(), scope().get(field), expected);
  }

  /** Verifies that {@code field} has {@code expected} as its value; arrays by their content. */
  public <T> RequestScopeAssert has(LocalField<T> field, T expected) {
    return requireEqual(field.name(), scope().get(field), expected);
  }

  /** Verifies that {@code field} has a value that came from {@code provenance}. */
  public RequestScopeAssert hasFrom(Provenance provenance, BaggageField<?> field) {
    Provenance found = scope().provenance(field);
    if (found != provenance) {
      fail(field.name(), "came from " + (found == null ? "nowhere" : found), provenance.name());
    }
    return this;
  }

  /** Verifies that {@code field} has no value. */
  public RequestScopeAssert lacks(BaggageField<?> field) {
    return requireNone(field.name(), scope().get(field));
  }

  /** Verifies that {@code field} has no value. */
  public RequestScopeAssert lacks(LocalField<?> field) {
    return requireNone(field.name(), scope().get(field));
  }

  /** Verifies that the request has ended. */
  public RequestScopeAssert isEnded() {
    if (!scope().isEnded()) {
      failWithMessage("the request goes on (expected: it has ended)");
    }
    return this;
  }

  /** Verifies that the request has not ended. */
  public RequestScopeAssert isNotEnded() {
    if (scope().isEnded()) {
      failWithMessage("the request has ended (expected: it goes on)");
    }
    return this;
  }

  private RequestScope scope() {
    isNotNull();
    return actual;
  }

  private RequestScopeAssert requireEqual(String name, @Nullable Object found, Object expected) {
    if (found == null) {
      fail(name, "has no value", "one");
    } else if (!Objects.deepEquals(found, expected)) {
      fail(name, "has another value", difference(found, expected));
    }
    return this;
  }

  private RequestScopeAssert requireNone(String name, @Nullable Object found) {
    if (found != null) {
      fail(name, "has a value", "none");
    }
    return this;
  }

  private void fail(String name, String found, String expected) {
    failWithMessage("%s", "field " + name + " " + found + " (expected: " + expected + ")");
  }

  private static String difference(Object found, Object expected) {
    if (!(found instanceof CharSequence one && expected instanceof CharSequence other)) {
      return "an equal one";
    }
    int same = 0;
    while (same < Math.min(one.length(), other.length())
        && one.charAt(same) == other.charAt(same)) {
      same++;
    }
    return "one of "
        + other.length()
        + " characters, found "
        + one.length()
        + ", which differs from character "
        + same
        + " on";
  }
}
