package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.Policy;
import io.waybill.sdk.policy.Route;
import io.waybill.sdk.telemetry.Border;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.BaggageParser;
import io.waybill.sdk.wire.Members;
import java.util.Iterator;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The set-up of one service: which fields its requests carry, who is believed, and who gets what.
 * Made once, and given to the interceptors.
 *
 * <pre>{@code
 * Waybill waybill =
 *     Waybill.builder(openTelemetry)
 *         .carry(USER)
 *         .carry(LOCALE, rule -> rule.admitFrom(TrustZone.PUBLIC))
 *         .keep(TOKEN)
 *         .destination("grpcs://orders.shop.internal", TrustZone.OWN)
 *         .destination("https://api.partner.example", TrustZone.PARTNER, LOCALE)
 *         .build();
 * }</pre>
 *
 * <p>User code reads a request by {@link RequestScope}; the methods beside {@link #builder} and
 * {@link #request} are for adapters.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Waybill {
  private final Fields fields;
  private final Policy policy;
  private final Limits limits;
  private final Spans spans;
  private final TraceHeaders traces;
  private final DropCounter drops;
  private final Warnings warnings = new Warnings();
  private final LeakDetector leaks;
  private final Ingress ingress;
  private final Egress egress;
  private final @Nullable BiConsumer<IncomingRequest, RequestScope> onRequest;

  Waybill(OpenTelemetry openTelemetry, WaybillBuilder setUp, boolean mirrorsIdentity) {
    this.fields = setUp.fields();
    this.policy = setUp.policy();
    this.limits = setUp.limits();
    this.onRequest = setUp.onRequest();
    this.drops = new DropCounter(openTelemetry.getMeterProvider());
    this.traces =
        new TraceHeaders(openTelemetry.getPropagators().getTextMapPropagator(), drops, warnings);
    this.spans =
        new Spans(openTelemetry.getTracer("io.waybill"), setUp.spanMode(), drops, warnings);
    BaggageMirror mirror = new BaggageMirror(mirrorsIdentity, drops);
    this.leaks =
        new LeakDetector(setUp.leakDetection(), openTelemetry.getMeterProvider(), warnings);
    this.ingress =
        new Ingress(fields, mirror, Ledger.of(drops, Border.IN), setUp.explains(), leaks);
    this.egress = new Egress(fields, mirror, Ledger.of(drops, Border.OUT), warnings);
  }

  /** Starts a set-up that carries a request id, believes nobody and releases nothing. */
  public static WaybillBuilder builder(OpenTelemetry openTelemetry) {
    return new WaybillBuilder(requireNonNull(openTelemetry, "openTelemetry"));
  }

  /** Starts a request in code, where no server did. */
  public RequestBuilder request() {
    return new RequestBuilder(this, new Entry[fields.size()]);
  }

  /**
   * Returns what became of the fields of {@code scope}'s request at the borders so far; null if
   * set-up does not ask for it by {@link WaybillBuilder#explain}.
   */
  public @Nullable Explanation explain(RequestScope scope) {
    return ((View) scope).state().explanation();
  }

  /** Returns how much baggage is read and written. */
  public Limits limits() {
    return limits;
  }

  /**
   * Opens the request that {@code carrier} brings, starts its span and runs the {@code onRequest}
   * hook. Nothing that comes in makes it throw.
   *
   * @param spanName the name of the SERVER span
   * @param attributes sets what is known of the span at its start
   */
  public <C> ServerRequest receive(
      C carrier,
      TextMapGetter<C> getter,
      Peer peer,
      String spanName,
      Consumer<SpanBuilder> attributes) {
    return receive(carrier, getter, peer, spanName, attributes, null);
  }

  /**
   * Opens the request that {@code carrier} brings, as {@code receive} above, for an adapter that
   * other instrumentation may be installed further in than.
   *
   * @param inner what the adapter has learnt of that; it then calls {@link ServerRequest#entry} and
   *     {@link ServerRequest#entered}. Null if it does not
   */
  public <C> ServerRequest receive(
      C carrier,
      TextMapGetter<C> getter,
      Peer peer,
      String spanName,
      Consumer<SpanBuilder> attributes,
      @Nullable InnerTracing inner) {
    Context before = Context.current();
    Context parent = traces.extract(before, carrier, getter);
    Members members = parse(carrier, getter);
    boolean isRead = onRequest != null || fields.haveAliases();
    IncomingRequest incoming = isRead ? IncomingRequest.of(carrier, getter, peer) : null;
    View view = ingress.admit(members, incoming, policy.zone(peer), before, spanName);
    ServerRequest request = spans.open(view, before, parent, spanName, attributes, inner);
    if (onRequest != null && incoming != null) {
      run(onRequest, incoming, request);
    }
    return request;
  }

  /**
   * Releases what {@code caller} carries to {@code destination}.
   *
   * @param caller the Context of the call
   * @param destination where it goes; null, like one that no rule names, gets nothing
   */
  public ClientRequest send(Context caller, @Nullable Destination destination) {
    View view = View.in(caller);
    if (view != null && view.isEnded()) {
      drops.count(Border.OUT, Outcome.AFTER_END, 1);
    }
    Route route = policy.route(destination);
    Ledger ledger = egress.ledger(view, destination);
    Released released = egress.release(caller, view, route, ledger);
    return new ClientRequest(this, caller, destination, route, released, ledger);
  }

  /**
   * For a test, after the work is done: throws if a request is open or was never ended, with the
   * stacks that opened them.
   *
   * @throws IllegalStateException if there is one, or leak detection is not {@code STRICT}
   */
  public void requireNoLeaks() {
    leaks.requireNone();
  }

  Ingress ingress() {
    return ingress;
  }

  Fields fields() {
    return fields;
  }

  TraceHeaders traces() {
    return traces;
  }

  Egress egress() {
    return egress;
  }

  Spans spans() {
    return spans;
  }

  /** Counts a header that a carrier did not take. */
  void carrierFailed(Throwable failure) {
    drops.count(Outcome.HOOK_FAILED);
    warnings.hookFailed("carrier of a call", failure);
  }

  private <C> Members parse(C carrier, TextMapGetter<C> getter) {
    try {
      Iterator<String> lines = getter.getAll(carrier, WaybillPropagator.BAGGAGE);
      return BaggageParser.parse(lines, limits.members(), limits.inboundBytes());
    } catch (Throwable carrierFailed) {
      drops.count(Border.IN, Outcome.INVALID, 1);
      return Members.NONE;
    }
  }

  private void run(
      BiConsumer<IncomingRequest, RequestScope> hook,
      IncomingRequest incoming,
      ServerRequest request) {
    try (Scope ignored = request.context().makeCurrent()) {
      hook.accept(incoming, request.scope());
    } catch (Throwable usersHookFailed) {
      drops.count(Outcome.HOOK_FAILED);
      warnings.hookFailed("onRequest", usersHookFailed);
    }
  }
}
