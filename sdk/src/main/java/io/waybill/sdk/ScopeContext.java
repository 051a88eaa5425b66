package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.waybill.sdk.internal.scope.ScopeView;

/**
 * For adapters of libraries that make a Context current which they stored earlier: Micrometer
 * Tracing does so at each scope of a span. The request that runs is then not in it, or another one
 * is.
 *
 * <pre>{@code
 * Context kept = ScopeContext.copy(Context.current(), stored);
 * }</pre>
 *
 * <p><b>Threading.</b> Safe from any thread; nothing is made current.
 */
public final class ScopeContext {
  private ScopeContext() {}

  /**
   * Returns {@code to} with the request of {@code from}, as that view has it, and the Baggage of
   * {@code from}: what {@code to} holds of a request and of Baggage may be another's. Returns
   * {@code to} as it is where {@code from} belongs to no request.
   */
  public static Context copy(Context from, Context to) {
    ScopeView view = ScopeView.storedIn(requireNonNull(from, "from"));
    return view == null
        ? requireNonNull(to, "to")
        : view.storeIn(to).with(Baggage.fromContext(from));
  }
}
