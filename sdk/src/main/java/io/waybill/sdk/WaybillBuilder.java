package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.internal.configuration.Configuration;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.internal.scope.Fields;
import io.waybill.sdk.internal.telemetry.PlainBaggage;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The set-up of a {@link Waybill}. Each method throws at once where a setting is wrong or conflicts
 * with an earlier one, naming it and what was expected.
 *
 * <p><b>Threading.</b> For one thread.
 */
public final class WaybillBuilder {
  /** What is skipped without {@link #skip}. */
  static final Predicate<String> NOTHING = operation -> false;

  private final OpenTelemetry openTelemetry;
  private final Configuration configuration;
  private final Map<BaggageField<?>, FieldRule> carried = new LinkedHashMap<>();
  private final List<LocalField<?>> kept = new ArrayList<>();
  private final List<Credential<?>> credentials = new ArrayList<>();
  private final Policy.Builder policy = Policy.builder();
  private Limits limits;
  private SpanMode spanMode = SpanMode.AUTO;
  private MirrorMode mirrorMode = MirrorMode.AUTO;
  private boolean strict;
  private boolean explains;
  private LeakDetection leakDetection = LeakDetection.SAMPLED;
  private Predicate<String> skips = NOTHING;
  private @Nullable BiConsumer<IncomingRequest, RequestScope> onRequest;

  WaybillBuilder(OpenTelemetry openTelemetry, Configuration configuration) {
    this.openTelemetry = openTelemetry;
    this.configuration = configuration;
    this.limits = configuration.limits();
    PeerRules peers = configuration.peers();
    if (peers != null) {
      peers(peers);
    }
  }

  /** Declares a field that travels, admitted from peers in zone OWN. */
  public WaybillBuilder carry(BaggageField<?> field) {
    return carry(field, rule -> rule);
  }

  /**
   * Declares a field that travels. Where a header has no room for all, identity goes first, then
   * attributes, each in the order of these calls.
   *
   * @param rule changes what holds by default
   * @throws IllegalArgumentException if another field of this name or alias is declared
   */
  public WaybillBuilder carry(BaggageField<?> field, UnaryOperator<FieldRule> rule) {
    if (isTaken(field)) {
      throw new IllegalArgumentException(
          "field: " + field + " is declared already (expected: one field per name)");
    }
    FieldRule ruled = requireNonNull(rule.apply(configuration.rule(field)), "rule");
    requireFree(carried, field, ruled.alias());
    carried.put(field, ruled);
    return this;
  }

  private boolean isTaken(BaggageField<?> field) {
    boolean isRequestId = field.name().equals(BaggageField.REQUEST_ID.name());
    return isRequestId
        ? field != BaggageField.REQUEST_ID // is always there, and may be ruled
        : carried.keySet().stream().anyMatch(other -> other.name().equals(field.name()));
  }

  private static void requireFree(
      Map<BaggageField<?>, FieldRule> all, BaggageField<?> field, @Nullable String alias) {
    boolean isTaken =
        alias != null
            && all.entrySet().stream()
                .anyMatch(one -> one.getKey() != field && alias.equals(one.getValue().alias()));
    if (isTaken) {
      throw new IllegalArgumentException(
          "field: " + field + " has the alias " + alias + " of another (expected: one each)");
    }
  }

  /**
   * Declares a field that stays in this process.
   *
   * @throws IllegalArgumentException if it is declared already
   */
  public WaybillBuilder keep(LocalField<?> field) {
    if (kept.contains(requireNonNull(field, "field"))) {
      throw new IllegalArgumentException("field: " + field + " is declared already");
    }
    kept.add(field);
    return this;
  }

  /**
   * Attaches a credential that requests hold to the calls that it names, and renews it as it says.
   *
   * @throws IllegalArgumentException if its field is not kept, it names no destination, or one
   *     where anybody can read it without {@link Credential#plaintext}
   */
  public WaybillBuilder credential(Credential<?> credential) {
    if (!kept.contains(credential.field())) {
      throw new IllegalArgumentException(
          "credential: " + credential.field() + " is not kept (expected: keep(field) before)");
    }
    credential.requireDestinations();
    credentials.add(credential);
    return this;
  }

  /**
   * Sets who is believed: the zone of each peer, {@link TrustZone#PUBLIC} without this. To vouch
   * for a listener that only your own services reach, return {@link TrustZone#OWN} for it.
   *
   * @param classifier may be called for each request; if it throws or returns null, the peer is
   *     PUBLIC
   */
  public WaybillBuilder peers(Function<Peer, TrustZone> classifier) {
    policy.peers(classifier);
    return this;
  }

  /**
   * Names a destination; what no call of this names gets nothing. The first that matches counts.
   *
   * @param pattern {@code scheme://host[:port]}, with scheme http, https, grpc (plaintext) or grpcs
   *     (TLS). The first label of the host may be {@code *} for any one label: {@code
   *     grpcs://*.shop.internal} is {@code orders.shop.internal}, but not {@code
   *     evilshop.internal}, {@code a.b.shop.internal}
   * @param zone OWN gets every declared field and foreign members, PARTNER the named fields, PUBLIC
   *     none
   * @param named the fields that a PARTNER gets; only declared ones
   * @throws IllegalArgumentException if the pattern is none, a field was not declared, or fields
   *     are named for another zone than PARTNER
   */
  public WaybillBuilder destination(String pattern, TrustZone zone, BaggageField<?>... named) {
    for (BaggageField<?> field : named) {
      if (!carried.containsKey(field)) {
        throw new IllegalArgumentException(
            "named: " + field + " is not declared (expected: carry(field) before)");
      }
    }
    policy.destination(pattern, requireNonNull(zone, "zone"), Set.of(named));
    return this;
  }

  /**
   * Names a destination that gets nothing at all, not even {@code traceparent}, which goes
   * everywhere else: somebody who is not to see which calls belong together. Among the calls of
   * {@link #destination}, the first that matches counts.
   *
   * @param pattern as there
   * @throws IllegalArgumentException if the pattern is none
   */
  public WaybillBuilder untraced(String pattern) {
    policy.untraced(pattern);
    return this;
  }

  /**
   * Leaves operations alone that are nobody's request, as health checks and reflection: a server
   * opens no request, starts no span, and runs them without what came in; a client's call gets
   * nothing, and no span. What an earlier call of this named is still skipped.
   *
   * <pre>{@code
   * .skip(operation -> operation.startsWith("grpc.health.v1.") || operation.equals("/health"))
   * }</pre>
   *
   * @param operation over gRPC the full name of the method, {@code grpc.health.v1.Health/Check};
   *     over HTTP the path as it was sent, {@code /health}. If it throws, the operation is not
   *     skipped
   */
  public WaybillBuilder skip(Predicate<String> operation) {
    skips = skips.or(requireNonNull(operation, "operation"));
    return this;
  }

  /** Sets how much baggage is read and written; {@link Limits#DEFAULT} without this. */
  public WaybillBuilder limits(Limits limits) {
    this.limits = requireNonNull(limits, "limits");
    return this;
  }

  /** Sets whether the interceptors start spans; {@link SpanMode#AUTO} without this. */
  public WaybillBuilder spans(SpanMode mode) {
    this.spanMode = requireNonNull(mode, "mode");
    return this;
  }

  /** Sets whether identity is seen in OpenTelemetry's Baggage; AUTO without this. */
  public WaybillBuilder mirrorIdentity(MirrorMode mode) {
    this.mirrorMode = requireNonNull(mode, "mode");
    return this;
  }

  /**
   * Refuses, in {@link #build}, a set-up in which something beside Waybill sends baggage: a plain
   * baggage propagator, in the OpenTelemetry of set-up or in the global one, which is the Java
   * agent's where there is one. Without this there is a warning, and nothing of a request is seen
   * in OpenTelemetry's Baggage.
   */
  public WaybillBuilder strict() {
    this.strict = true;
    return this;
  }

  /**
   * Keeps for each received request what became of its fields at the borders: {@link
   * Waybill#explain} returns it, the logger {@code io.waybill.explain} has it as one line at level
   * {@code FINE} when the request ends, and the metric {@code waybill.explained} counts it. It
   * costs; without this nothing is kept.
   */
  public WaybillBuilder explain() {
    this.explains = true;
    return this;
  }

  /** Sets which requests are watched for never ending; SAMPLED without this. */
  public WaybillBuilder leakDetection(LeakDetection detection) {
    this.leakDetection = requireNonNull(detection, "detection");
    return this;
  }

  /**
   * Adds a hook that runs at the start of each received request, inside its scope, before user
   * code: to fill local fields from its headers. If it throws, the request goes on without it, and
   * without the hooks that were added later.
   */
  public WaybillBuilder onRequest(BiConsumer<IncomingRequest, RequestScope> hook) {
    requireNonNull(hook, "hook");
    this.onRequest = onRequest == null ? hook : onRequest.andThen(hook);
    return this;
  }

  /**
   * Returns the Waybill.
   *
   * @throws IllegalArgumentException if a rule names a field that is not declared
   * @throws IllegalStateException if set-up is {@link #strict} and something else sends baggage
   */
  public Waybill build() {
    Set<String> declared = named().keySet();
    configuration.requireDeclared(declared);
    PlainBaggage plain = new PlainBaggage(openTelemetry, declared);
    if (strict && plain.isSent()) {
      throw new IllegalStateException(
          "strict: a plain baggage propagator is there, in the OpenTelemetry of set-up or in the"
              + " global one, which sends baggage to any destination (expected: WaybillPropagator"
              + " in the place of \"baggage\", see otel.propagators)");
    }
    return new Waybill(openTelemetry, this, plain);
  }

  /**
   * Returns all fields: the configured ones in their order, each as code has it where it does, and
   * then those of code alone.
   */
  private Map<BaggageField<?>, FieldRule> all() {
    Map<BaggageField<?>, FieldRule> all = new LinkedHashMap<>();
    for (BaggageField<?> field : named().values()) {
      FieldRule ofCode = carried.get(field);
      FieldRule rule = ofCode == null ? configuration.rule(field) : ofCode;
      requireFree(all, field, rule.alias());
      all.put(field, rule);
    }
    return all;
  }

  private Map<String, BaggageField<?>> named() {
    Map<String, BaggageField<?>> named = new LinkedHashMap<>();
    named.put(BaggageField.REQUEST_ID.name(), BaggageField.REQUEST_ID);
    named.putAll(configuration.fields());
    carried.keySet().forEach(field -> named.put(field.name(), field));
    return named;
  }

  Fields fields() {
    return new Fields(all(), kept);
  }

  List<Credential<?>> credentials() {
    return credentials;
  }

  Policy policy() {
    Policy.Builder behind = policy.copy();
    configuration.addDestinations(behind, named());
    return behind.build();
  }

  Limits limits() {
    return limits;
  }

  SpanMode spanMode() {
    return spanMode;
  }

  boolean explains() {
    return explains;
  }

  LeakDetection leakDetection() {
    return leakDetection;
  }

  @Nullable BiConsumer<IncomingRequest, RequestScope> onRequest() {
    return onRequest;
  }

  Predicate<String> skips() {
    return skips;
  }

  MirrorMode mirrorMode() {
    return mirrorMode;
  }
}
