package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Route;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.sdk.wire.BaggageParser;
import io.waybill.sdk.wire.Members;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call to another service, for the adapter of a client: {@link Waybill#send} it, make {@link
 * #context()} current around what is below the adapter, {@link #start} it, {@link #inject} into its
 * carrier, and {@link #end()} it once answered. A retry by the adapter, or a redirect, is a new
 * one.
 *
 * <p>The Context holds only the baggage that was released to this destination, so that another
 * interceptor below can't send the rest. The user's callbacks run in the caller's.
 *
 * <p><b>Threading.</b> One thread until {@code inject} is done; then any. The first {@code end}
 * counts.
 */
public final class ClientRequest {
  private static final ContextKey<ClientRequest> KEY = ContextKey.named("waybill-client-request");
  private static final AtomicIntegerFieldUpdater<ClientRequest> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(ClientRequest.class, "ended");

  private final Waybill waybill;
  private final Context caller;
  private final @Nullable Destination destination;
  private final Route route;
  private final Released released;
  private final Ledger ledger;
  private volatile int ended;
  private Context context;
  private @Nullable WatchedContext watched;
  private Span others = Span.getInvalid();
  private boolean leavesSpan;
  private boolean leavesTrace;
  private Span span = Span.getInvalid();
  // Ours or of another instrumentation, if any.
  private Span spanOfCall = Span.getInvalid();
  private @Nullable String baggage;

  ClientRequest(
      Waybill waybill,
      Context caller,
      @Nullable Destination destination,
      Route route,
      Released released,
      Ledger ledger) {
    this.waybill = waybill;
    this.caller = caller;
    this.destination = destination;
    this.route = route;
    this.released = released;
    this.ledger = ledger;
    Context below = withoutTraceState(caller).with(released.baggage()).with(KEY, this);
    this.context = route.traced() ? below : below.with(Span.getInvalid());
  }

  /** Returns {@code around}, whose span shows no {@code tracestate} that does not go along. */
  private Context withoutTraceState(Context around) {
    Span current = Span.fromContext(around);
    Span shown = withoutTraceState(current);
    return shown == current ? around : around.with(shown);
  }

  private Span withoutTraceState(Span current) {
    SpanContext id = current.getSpanContext();
    if (sendsTraceState() || id.getTraceState().isEmpty()) {
      return current;
    }
    TraceState none = TraceState.getDefault();
    SpanContext bare =
        id.isRemote()
            ? SpanContext.createFromRemoteParent(
                id.getTraceId(), id.getSpanId(), id.getTraceFlags(), none)
            : SpanContext.create(id.getTraceId(), id.getSpanId(), id.getTraceFlags(), none);
    return Span.wrap(bare);
  }

  /** Returns whether {@code tracestate} goes along, which others may have written already. */
  public boolean sendsTraceState() {
    return route.traced() && route.zone() == TrustZone.OWN;
  }

  static @Nullable ClientRequest fromContextOrNull(Context context) {
    ClientRequest call = context.get(KEY);
    return call != null && call.isOfRequestIn(context) ? call : null;
  }

  /** A handler may run in the Context of the call it answers: its own calls are others. */
  private boolean isOfRequestIn(Context context) {
    View ours = View.storedIn(caller);
    View there = View.storedIn(context);
    return (ours == null || there == null) ? ours == there : ours.state() == there.state();
  }

  /** Returns the Context for what is below the adapter, with the span once it is started. */
  public Context context() {
    return context;
  }

  /** Returns the CLIENT span that Waybill started, or one that ignores everything if it did not. */
  public Span span() {
    return span;
  }

  /** Returns whether it depends on other instrumentation if a span is started. */
  public boolean watchesSpans() {
    return waybill.spans().watches();
  }

  /**
   * Returns the Context in which the adapter hands the call on for the first time, before {@link
   * #start}. It shows whether another instrumentation further in starts the span there.
   */
  public Context entry() {
    if (!watchesSpans()) {
      return context;
    }
    WatchedContext watching = new WatchedContext(context, ReadableSpans::isRunningClient);
    watched = watching;
    return watching;
  }

  /**
   * Finds, before {@link #start}, the span that another instrumentation further out has started for
   * this call: what it has written into {@code carrier} says that it is.
   */
  public <C> void findSpan(C carrier, TextMapGetter<C> getter) {
    Span callers = Span.fromContext(caller);
    Span current = Span.current();
    if (ReadableSpans.isRunningClient(callers)) {
      others = waybill.traces().isIn(carrier, getter, callers) ? callers : others;
    } else if (isLocal(current) && !isSame(current, callers)) {
      others = waybill.traces().isIn(carrier, getter, current) ? current : others;
    }
  }

  /** Says, before {@link #start}, that another instrumentation will start the span. */
  public void leaveSpan() {
    leavesSpan = true;
  }

  /** Says, before {@link #inject}, that what does so adds its trace context to ours. */
  public void leaveTrace() {
    leavesTrace = true;
  }

  /**
   * Starts the CLIENT span, unless another instrumentation does.
   *
   * @param name the span's name
   * @param attributes sets what is known at the start
   */
  public void start(String name, Consumer<SpanBuilder> attributes) {
    ClientRequest above = sameCallAbove();
    spanOfCall = above == null ? startOrJoin(name, attributes) : above.spanOfCall;
    if (route.traced() && spanOfCall.getSpanContext().isValid()) {
      context = context.with(withoutTraceState(spanOfCall));
    }
  }

  private Span startOrJoin(String name, Consumer<SpanBuilder> attributes) {
    boolean isBelowOthers = others.getSpanContext().isValid();
    Context parent = isBelowOthers ? caller.with(others) : caller;
    Span joined = isBelowOthers || watched == null ? others : watched.seen();
    watched = null;
    span = waybill.spans().startClient(parent, name, attributes, joined, leavesSpan);
    return span.getSpanContext().isValid() ? span : joined;
  }

  private static boolean isLocal(Span span) {
    return span.getSpanContext().isValid() && !span.getSpanContext().isRemote();
  }

  private static boolean isSame(Span one, Span other) {
    return one.getSpanContext().equals(other.getSpanContext());
  }

  /**
   * Returns whether {@code carrier} says that the call is traced by somebody further in: what it
   * carries is not the span that was injected.
   */
  public <C> boolean isReplacedIn(C carrier, TextMapGetter<C> getter) {
    Span injected = Span.fromContext(context);
    return isLocal(injected) && !waybill.traces().isIn(carrier, getter, injected);
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
    if (route.traced() && (!leavesTrace || span.getSpanContext().isValid())) {
      waybill.traces().inject(context, carrier, setter, route.zone());
    }
    int room = Math.max(0, Math.min(maxBytes, maxTotal));
    List<Entry> sent = present.isEmpty() ? released.entries() : merge(present, room);
    baggage =
        sent == released.entries()
            ? waybill.egress().format(released, waybill.limits().members(), room, ledger)
            : waybill.egress().format(sent, waybill.limits().members(), room, ledger);
    injectBaggage(carrier, setter);
    if (waybill.fields().haveAliases()) {
      int left = maxTotal - (baggage == null ? 0 : baggage.length());
      waybill
          .egress()
          .aliases(released, left, ledger, (name, value) -> write(carrier, setter, name, value));
    }
  }

  /** Returns what goes out together with what the application wrote, which also those below see. */
  private List<Entry> merge(List<String> present, int room) {
    Members own = BaggageParser.parse(present, waybill.limits().members(), room);
    if (own.size() == 0) {
      return released.entries();
    }
    List<Entry> merged = waybill.egress().merge(released.entries(), own, route, ledger);
    context = context.with(new ReleasedBaggage(merged));
    return merged;
  }

  <C> void injectBaggage(@Nullable C carrier, TextMapSetter<C> setter) {
    if (baggage != null && ended == 0) {
      write(carrier, setter, WaybillPropagator.BAGGAGE, baggage);
    }
  }

  /** A carrier that refuses a header goes without it, and with the others. */
  private <C> void write(@Nullable C carrier, TextMapSetter<C> setter, String name, String value) {
    try {
      setter.set(carrier, name, value);
    } catch (Throwable carrierFailed) {
      waybill.carrierFailed(carrierFailed);
    }
  }

  /** Ends the span; returns false, and does nothing, if the call had ended before. */
  public boolean end() {
    boolean first = ENDED.compareAndSet(this, 0, 1);
    if (first) {
      waybill.spans().end(span);
    }
    return first;
  }

  /** An interceptor of ours that is installed twice starts one span, and both inject it. */
  private @Nullable ClientRequest sameCallAbove() {
    ClientRequest above = fromContextOrNull(caller);
    boolean same = above != null && destination != null && destination.equals(above.destination);
    return same ? above : null;
  }
}
