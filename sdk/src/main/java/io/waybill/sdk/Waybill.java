package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.credential.Credentials;
import io.waybill.sdk.internal.configuration.Configuration;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.internal.scope.BaggageMirror;
import io.waybill.sdk.internal.scope.BaggageValue;
import io.waybill.sdk.internal.scope.Requests;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.internal.telemetry.Counters;
import io.waybill.sdk.internal.telemetry.CredentialCounter;
import io.waybill.sdk.internal.telemetry.DecisionLog;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.DropCounter;
import io.waybill.sdk.internal.telemetry.Instrumentation;
import io.waybill.sdk.internal.telemetry.LeakDetector;
import io.waybill.sdk.internal.telemetry.PlainBaggage;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.policy.Border;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.DestinationReport;
import io.waybill.sdk.policy.Explanation;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
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
  private final Counters counters;
  private final Requests requests;
  private final Limits limits;
  private final Ingress ingress;
  private final Egress egress;
  private final LeakDetector leaks;
  private final Spans spans;
  private final SpanMode spanMode;
  private final boolean skipsAny;
  private final Credentials credentials;
  private final Borders borders;
  private final @Nullable Announcement announcement;

  Waybill(OpenTelemetry openTelemetry, WaybillBuilder setUp, PlainBaggage plain) {
    this.counters = new Counters(openTelemetry.getMeterProvider());
    DropCounter drops = new DropCounter(counters);
    Warnings warnings = new Warnings(drops);
    BaggageMirror mirror = mirror(setUp.mirrorMode(), plain, drops);
    TraceHeaders traces =
        new TraceHeaders(openTelemetry.getPropagators().getTextMapPropagator(), warnings);
    this.spans = new Spans(Instrumentation.tracer(openTelemetry), warnings);
    this.leaks = leakDetector(setUp.leakDetection(), counters, warnings);
    this.requests = new Requests(setUp.fields(), mirror, leaks, warnings, setUp.explains());
    this.limits = setUp.limits();
    Policy policy = setUp.policy();
    this.ingress =
        new Ingress(
            requests,
            policy,
            limits,
            setUp.onRequest(),
            traces,
            spans,
            DecisionRecorder.of(drops, Border.IN),
            warnings);
    this.egress =
        new Egress(
            requests,
            policy,
            new CallHeaders(requests.fields(), limits.members(), traces, warnings),
            spans,
            DecisionRecorder.of(drops, Border.OUT),
            warnings);
    this.spanMode = setUp.spanMode();
    this.skipsAny = setUp.skips() != WaybillBuilder.NOTHING;
    this.credentials =
        new Credentials(
            setUp.credentials(),
            new CredentialCounter(counters),
            DecisionRecorder.of(drops, Border.OUT),
            spans,
            warnings);
    this.borders = new Borders(ingress, egress, guarded(setUp.skips(), warnings), limits);
    this.announcement = Announcement.of(borders);
  }

  /** What the user's predicate throws is not the request's, which is not skipped then. */
  private static Predicate<String> guarded(Predicate<String> users, Warnings warnings) {
    return operation -> {
      try {
        return users.test(operation);
      } catch (Throwable usersHookFailed) {
        warnings.hookFailed("skip", usersHookFailed);
        return false;
      }
    };
  }

  private static BaggageMirror mirror(MirrorMode mode, PlainBaggage plain, DropCounter drops) {
    BooleanSupplier sentOn = mode == MirrorMode.ALWAYS ? () -> false : plain::isSent;
    return new BaggageMirror(mode != MirrorMode.NEVER, sentOn, drops);
  }

  private static LeakDetector leakDetector(
      LeakDetection detection, Counters counters, Warnings warnings) {
    return new LeakDetector(detection.name(), detection.oneIn(), counters, warnings);
  }

  private Waybill(Waybill of, SpanMode spanMode) {
    this.counters = of.counters;
    this.requests = of.requests;
    this.limits = of.limits;
    this.ingress = of.ingress;
    this.egress = of.egress;
    this.leaks = of.leaks;
    this.spans = of.spans;
    this.spanMode = spanMode;
    this.skipsAny = of.skipsAny;
    this.credentials = of.credentials;
    this.borders = of.borders;
    this.announcement = of.announcement;
  }

  Borders borders() {
    return borders;
  }

  /** Starts a set-up that carries a request id, believes nobody and releases nothing. */
  public static WaybillBuilder builder(OpenTelemetry openTelemetry) {
    return new WaybillBuilder(requireNonNull(openTelemetry, "openTelemetry"), Configuration.NONE);
  }

  /**
   * Starts a set-up with what is configured: by properties ({@code waybill.peers}), environment
   * variables ({@code WAYBILL_PEERS}) or a file, as the {@link WaybillPropagator} among the
   * propagators of {@code openTelemetry} was told. What code says of the same thing wins: a field
   * of the same name keeps its configured rule as the one to change, a destination stands in front
   * of the configured ones, peers and limits take their place.
   *
   * @throws IllegalStateException if there is no such propagator, or a plain baggage propagator
   *     beside it, which sends baggage to any destination
   */
  public static WaybillBuilder configured(OpenTelemetry openTelemetry) {
    return new WaybillBuilder(
        openTelemetry,
        WaybillPropagator.configuration(requireNonNull(openTelemetry, "openTelemetry")));
  }

  /**
   * Starts a set-up with what {@code properties} say, whatever propagators {@code openTelemetry}
   * has: for a framework, which brings properties of its own. What code says wins, as above; beside
   * a plain baggage propagator there is a warning, or, if {@link WaybillBuilder#strict}, no set-up.
   *
   * @param properties as in {@link WaybillPropagator#configured}
   * @throws IllegalArgumentException if a text is none for its key; names both, and what was
   *     expected
   */
  public static WaybillBuilder configured(
      OpenTelemetry openTelemetry, Function<String, @Nullable String> properties) {
    return new WaybillBuilder(
        requireNonNull(openTelemetry, "openTelemetry"),
        Configuration.of(requireNonNull(properties, "properties")));
  }

  /**
   * Returns this Waybill, with the same rules, requests and counters, whose adapters start spans as
   * {@code mode} says: for the one adapter that has other tracing inside.
   *
   * <pre>{@code
   * ManagedChannel channel = WaybillGrpc.install(builder, waybill.withSpans(SpanMode.NEVER)).build();
   * }</pre>
   */
  public Waybill withSpans(SpanMode mode) {
    return new Waybill(this, requireNonNull(mode, "mode"));
  }

  /** Starts a request in code, where no server did. */
  public RequestBuilder request() {
    return new RequestBuilder(requests, new BaggageValue[requests.fields().size()]);
  }

  /**
   * Returns what became of the fields of {@code scope}'s request at the borders so far; null if
   * set-up does not ask for it by {@link WaybillBuilder#explain}.
   */
  public @Nullable Explanation explain(RequestScope scope) {
    DecisionLog decisions = ((ScopeView) scope).state().decisions();
    return decisions == null ? null : decisions.explanation();
  }

  /**
   * Returns the declared fields that travel, in the order in which they are written where room is
   * short, each with what set-up says of it. Unmodifiable.
   */
  public Map<BaggageField<?>, FieldRule> fields() {
    return requests.fields().rules();
  }

  /**
   * Returns the destinations of set-up in their order, {@code *} for all others last, each with
   * what became of the calls so far.
   */
  public List<DestinationReport> destinations() {
    return egress.report();
  }

  /**
   * From now on, adds whatever is counted ({@code waybill.dropped}, {@code waybill.leaked}, ..) to
   * the counter that {@code counters} returns for its name, too: where the metrics of the
   * OpenTelemetry that set-up got have no reader. Of equal counters one is added to.
   */
  public void countOn(Function<String, LongCounter> counters) {
    this.counters.countOn(counters);
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
  public <C> IncomingCall receive(
      C carrier,
      TextMapGetter<C> getter,
      Peer peer,
      String spanName,
      Consumer<SpanBuilder> attributes) {
    return ingress.receive(spanMode, carrier, getter, peer, spanName, attributes);
  }

  /**
   * Returns whether this Waybill, in whatever span mode, has received {@code call}: an adapter that
   * is installed twice opens one request.
   */
  public boolean hasReceived(IncomingCall call) {
    return call.isBy(spans);
  }

  /**
   * Returns the Context in which a server runs an operation that set-up skips: what is current,
   * without a request or baggage. Null if it is not skipped, and is to be received.
   *
   * @param operation as {@link WaybillBuilder#skip} has it
   */
  public @Nullable Context skipped(String operation) {
    return borders.skipped(operation, Context.current());
  }

  /** Returns whether set-up skips anything; if not, no adapter has to make out the operation. */
  public boolean skipsAny() {
    return skipsAny;
  }

  /**
   * Releases what {@code caller} carries to {@code destination}.
   *
   * @param caller the Context of the call
   * @param destination where it goes; null, like one that no rule names, gets nothing
   * @param operation as {@link WaybillBuilder#skip} has it: a skipped one gets nothing either, and
   *     no span
   */
  public OutgoingCall send(Context caller, @Nullable Destination destination, String operation) {
    return borders.skips().test(operation)
        ? egress.send(SpanMode.NEVER, caller, null)
        : egress.send(spanMode, caller, destination);
  }

  /** Releases as above, to a call that no operation is known of. */
  public OutgoingCall send(Context caller, @Nullable Destination destination) {
    return egress.send(spanMode, caller, destination);
  }

  /**
   * Returns what attaches the credentials of a call made in {@code caller}, whatever its redirects;
   * null if there are none to attach.
   */
  public @Nullable Authorization authorization(Context caller) {
    return Authorization.of(credentials, caller);
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
}
