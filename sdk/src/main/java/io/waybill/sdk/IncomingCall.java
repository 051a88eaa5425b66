package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.internal.scope.RequestState;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.wire.AliasText;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that a server has received, for the adapter of that server: {@link Waybill#receive} it,
 * make {@link #context()} current around each callback into user code, and {@link #end} it once
 * answered.
 *
 * <p><b>Threading.</b> Safe from any thread; the first {@code end} counts.
 */
public final class IncomingCall {
  private final Spans spans;
  private final ScopeView view;
  private final RequestState state;
  private final Span span;

  IncomingCall(Spans spans, ScopeView view, Span span) {
    this.spans = spans;
    this.view = view;
    this.state = view.state();
    this.span = span;
  }

  /** Returns the Context of the request, to be current around user code. */
  public Context context() {
    return state.context();
  }

  /** Returns the scope that {@link #context()} holds. */
  public RequestScope scope() {
    return view;
  }

  /** Returns the SERVER span that Waybill started, or one that ignores everything if it did not. */
  public Span span() {
    return span;
  }

  /** Shows what is and becomes known of the request on {@code others}, which serves it. */
  void showOn(Span others) {
    if (others.isRecording()) {
      state.showOn(others);
      view.showOn(others);
    }
  }

  /** Returns whether the set-up whose spans these are has received this. */
  boolean isBy(Spans of) {
    return spans == of;
  }

  /**
   * Returns the request's id for the header {@code x-request-id} of the answer, or null if a header
   * can't hold it.
   *
   * <p><b>Shape.</b> Baggage-octets (W3C Baggage §3.3.1.3): visible ASCII that ends no list and no
   * quotes.
   */
  public @Nullable String responseId() {
    String id = view.get(BaggageField.REQUEST_ID);
    return id != null && AliasText.isBaggageOctets(id) ? id : null;
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
    return endWith(this, (ended, nothing) -> {});
  }

  /**
   * Ends the request as {@link #end()} does, with {@code answer} on its span.
   *
   * @param show sets the attributes of {@code answer}; what it throws is counted
   */
  public <T> boolean endWith(T answer, BiConsumer<Span, T> show) {
    boolean first = state.end();
    if (first) {
      spans.end(span, answer, show);
    }
    return first;
  }
}
