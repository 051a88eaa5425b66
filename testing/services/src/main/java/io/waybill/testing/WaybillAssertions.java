package io.waybill.testing;

import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

/**
 * Where assertions about requests begin; its {@code assertThat} can stand beside AssertJ's.
 *
 * <pre>{@code
 * import static io.waybill.testing.WaybillAssertions.assertThat;
 *
 * assertThat(scope).has(USER, "u1").lacks(TENANT).isEnded();
 * }</pre>
 */
public final class WaybillAssertions {
  private WaybillAssertions() {}

  /** Starts assertions about {@code actual}; null is a scope that fails all of them. */
  public static RequestScopeAssert assertThat(@Nullable RequestScope actual) {
    return new RequestScopeAssert(actual);
  }
}
