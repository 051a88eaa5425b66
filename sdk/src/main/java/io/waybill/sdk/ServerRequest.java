package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;

/**
 * A request that a server has received, for the adapter of that server: {@link
 * Waybill#receive(Object, io.opentelemetry.context.propagation.TextMapGetter,
 * io.waybill.sdk.policy.Peer, String, java.util.function.Consumer) receive} it, make {@link
 * #context()} current around each callback into user code, and {@link #end()} it once answered.
 *
 * <p><b>Threading.</b> Safe from any thread; the first {@code end} counts.
 */
public final class ServerRequest {
  private final RequestState state;
  private final RequestScope scope;
  private final Span span;
  private final Spans spans;

  ServerRequest(View view, Span span, Spans spans) {
    this.state = view.state();
    this.scope = view;
    this.span = span;
    this.spans = spans;
  }

  /** Returns the Context of the request, to be current around user code. */
  public Context context() {
    return state.context();
  }

  /** Returns the scope that {@link #context()} holds. */
  public RequestScope scope() {
    return scope;
  }

  /** Returns the SERVER span that Waybill started, or one that ignores everything if it did not. */
  public Span span() {
    return span;
  }

  /** Returns whether the request has ended. */
  public boolean isEnded() {
    return state.isEnded();
  }

  /**
   * Ends the request: wipes its secrets and ends its span. Returns false, and does nothing, if it
   * had ended before.
   */
  public boolean end() {
    boolean first = state.end();
    if (first) {
      spans.end(span);
    }
    return first;
  }
}
