package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

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
  private final View view;
  private final Spans spans;
  private final Span parent;
  private final @Nullable InnerTracing inner;
  private @Nullable WatchedContext watched;
  private Span span;

  ServerRequest(View view, Span span, Spans spans, Span parent, @Nullable InnerTracing inner) {
    this.state = view.state();
    this.view = view;
    this.span = span;
    this.spans = spans;
    this.parent = parent;
    this.inner = inner;
  }

  /**
   * Returns the Context in which the adapter calls what is further in for the first time. It shows
   * whether another instrumentation starts the span there: say when it is back, by {@link
   * #entered()}.
   */
  public Context entry() {
    if (inner == null) {
      return context();
    }
    WatchedContext watching = new WatchedContext(context(), this::isSpannedBy);
    watched = watching;
    return watching;
  }

  /** Decides whose span this request has. The adapter calls it once, before any other callback. */
  public void entered() {
    if (inner == null || watched == null) {
      return;
    }
    Span others = watched.seen();
    watched = null;
    boolean spanned = others.getSpanContext().isValid();
    if (span instanceof DeferredSpan deferred) {
      if (spanned) {
        deferred.replaceBy(others);
        Spans.show(view, deferred);
      }
      span = deferred.own();
    }
    inner.learn(spanned);
  }

  /**
   * Returns whether {@code others} is the SERVER span of another instrumentation. Where the SDK
   * does not know it, since somebody has wrapped it: one that goes on, in the trace of the caller.
   */
  private boolean isSpannedBy(Span others) {
    SpanContext id = others.getSpanContext();
    SpanContext callers = parent.getSpanContext();
    if (others == span || !id.isValid() || id.isRemote() || isSame(id, callers)) {
      return false;
    }
    boolean wrapped = !ReadableSpans.isReadable(others) && others.isRecording();
    return ReadableSpans.isRunningServer(others)
        || (wrapped && (!callers.isValid() || id.getTraceId().equals(callers.getTraceId())));
  }

  private static boolean isSame(SpanContext span, SpanContext other) {
    return span.getSpanId().equals(other.getSpanId());
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
