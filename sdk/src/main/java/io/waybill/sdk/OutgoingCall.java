package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.policy.Route;
import io.waybill.sdk.internal.scope.Released;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call to another service, for the adapter of a client: {@link Waybill#send} it, make {@link
 * #context()} current around what is below the adapter, {@link #start} it, {@link #inject} into its
 * carrier, and {@link #end} it once answered. A retry by the adapter, or a redirect, is a new one.
 *
 * <p>The Context below holds no baggage: what was released is written into this call's own carrier
 * and lies nowhere else, so that another call made there can't send it. Who reads {@code
 * RequestScope} there sees the request as above. The user's callbacks run in the caller's Context.
 *
 * <p><b>Threading.</b> One thread until {@code inject} is done; then any. The first {@code end}
 * counts.
 */
public final class OutgoingCall {
  private static final AtomicIntegerFieldUpdater<OutgoingCall> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(OutgoingCall.class, "ended");

  private final CallHeaders headers;
  private final Spans spans;
  private final SpanMode mode;
  private final Context caller;
  private final @Nullable ScopeView view;
  private final Route route;
  private final Released released;
  private final DecisionRecorder recorder;

  @SuppressWarnings("UnusedVariable") // by ENDED
  private volatile int ended;

  private Context context;
  private boolean tracedElsewhere;
  private Span span = Span.getInvalid();

  OutgoingCall(
      CallHeaders headers,
      Spans spans,
      SpanMode mode,
      Context caller,
      @Nullable ScopeView view,
      Route route,
      Released released,
      DecisionRecorder recorder) {
    this.headers = headers;
    this.spans = spans;
    this.mode = mode;
    this.caller = caller;
    this.view = view;
    this.route = route;
    this.released = released;
    this.recorder = recorder;
    Context below = withoutBaggage(caller, view);
    this.context =
        route.traced() ? withSpan(below, Span.fromContext(caller)) : below.with(Span.getInvalid());
  }

  private static Context withoutBaggage(Context caller, @Nullable ScopeView view) {
    if (view != null) {
      return view.below(caller);
    }
    return Baggage.fromContextOrNull(caller) == null ? caller : caller.with(Baggage.empty());
  }

  /** Returns {@code around} with {@code shown}, without a {@code tracestate} that is not sent. */
  private Context withSpan(Context around, Span shown) {
    Span below = withoutTraceState(shown);
    return below == Span.fromContext(around) ? around : around.with(below);
  }

  private Span withoutTraceState(Span shown) {
    SpanContext id = shown.getSpanContext();
    if (sendsTraceState() || id.getTraceState().isEmpty()) {
      return shown;
    }
    TraceState none = TraceState.getDefault();
    SpanContext bare =
        id.isRemote()
            ? SpanContext.createFromRemoteParent(
                id.getTraceId(), id.getSpanId(), id.getTraceFlags(), none)
            : SpanContext.create(id.getTraceId(), id.getSpanId(), id.getTraceFlags(), none);
    return Span.wrap(bare);
  }

  private boolean sendsTraceState() {
    return route.traced() && route.zone() == TrustZone.OWN;
  }

  /** Returns the Context for what is below the adapter, with the span once it is started. */
  public Context context() {
    return context;
  }

  /** Returns the CLIENT span that Waybill started, or one that ignores everything if it did not. */
  public Span span() {
    return span;
  }

  /**
   * Says, before {@link #start}, that another instrumentation is known to start the span of this
   * call below the adapter and to write its trace context.
   */
  public void leaveTrace() {
    tracedElsewhere = true;
  }

  /**
   * Starts the CLIENT span, unless another instrumentation has done it further out: what that has
   * written into {@code carrier} says so.
   *
   * @param name the span's name
   * @param attributes sets what is known at the start
   */
  public <C> void start(
      C carrier, TextMapGetter<C> getter, String name, Consumer<SpanBuilder> attributes) {
    Span others = spanOfCall(carrier, getter);
    boolean isBelowOthers = others.getSpanContext().isValid();
    if (mode.starts(isBelowOthers || tracedElsewhere || Spans.startsByAgent())) {
      Context parent = isBelowOthers ? caller.with(others) : caller;
      span = spans.start(SpanKind.CLIENT, parent, name, attributes, view);
    } else if (view != null && isBelowOthers) {
      view.showOn(others);
    }
    Span ofCall = span.getSpanContext().isValid() ? span : others;
    if (route.traced() && ofCall.getSpanContext().isValid()) {
      context = withSpan(context, ofCall);
    }
  }

  /** Returns the span that others further out have started for this call, or an invalid one. */
  private <C> Span spanOfCall(C carrier, TextMapGetter<C> getter) {
    Span callers = Span.fromContext(caller);
    if (Spans.mayBeOfCall(callers) && headers.hasParent(carrier, getter, callers)) {
      return callers;
    }
    Span current = Span.current(); // Of somebody who has it current around start alone.
    boolean isOthers =
        Spans.isLocal(current.getSpanContext())
            && !current.getSpanContext().equals(callers.getSpanContext());
    return isOthers && headers.hasParent(carrier, getter, current) ? current : Span.getInvalid();
  }

  /**
   * Takes out, after {@link #start}, what others have written into this call and only Waybill may
   * say: the trace where it is not told, and headers of fields that are not released or that the
   * request itself speaks for. The {@code baggage} lines are the adapter's to take out.
   *
   * @param remove removes a header of that name, in any case, and says whether there was one
   */
  public <C> void takeOut(C carrier, BiPredicate<C, String> remove) {
    headers.takeOut(carrier, remove, released, route, recorder);
  }

  /**
   * Writes the headers of the call: trace context, and the baggage that was released.
   *
   * @param present the {@code baggage} lines that the application wrote into this call itself; the
   *     adapter has taken them out of the carrier
   * @param maxBytes the room for the value of the {@code baggage} header
   */
  public <C> void inject(C carrier, TextMapSetter<C> setter, List<String> present, int maxBytes) {
    inject(carrier, setter, present, maxBytes, Integer.MAX_VALUE);
  }

  /**
   * As above, where the protocol limits all headers together: baggage first, and then the headers
   * that fields have of their own, as many as there is room for.
   *
   * @param maxTotal the room for the value of {@code baggage} and all of those, with 32 bytes for
   *     each of those (RFC 9113 §6.5.2)
   */
  public <C> void inject(
      C carrier, TextMapSetter<C> setter, List<String> present, int maxBytes, int maxTotal) {
    if (route.traced() && (!tracedElsewhere || span.getSpanContext().isValid())) {
      headers.writeTrace(carrier, setter, context, route);
    }
    headers.writeReleased(carrier, setter, released, route, present, maxBytes, maxTotal, recorder);
  }

  /** Ends the span; returns false, and does nothing, if the call had ended before. */
  public boolean end() {
    return endWith(this, (ended, nothing) -> {});
  }

  /**
   * Ends the span as {@link #end()} does, with {@code result} on it.
   *
   * @param show sets the attributes of {@code result}; what it throws is counted
   */
  public <T> boolean endWith(T result, BiConsumer<Span, T> show) {
    boolean first = ENDED.compareAndSet(this, 0, 1);
    if (first) {
      spans.end(span, result, show);
    }
    return first;
  }
}
