package io.waybill.sdk.policy;

import static java.util.Objects.requireNonNull;

import io.waybill.BaggageField;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What set-up says of one field. Without a word of it, a field is admitted from peers in zone
 * {@link TrustZone#OWN} only.
 *
 * <p><b>Threading.</b> Immutable; each setting returns a new rule.
 */
public final class FieldRule {

  /** The rule of a field of which set-up says nothing. */
  public static final FieldRule DEFAULT = new FieldRule();

  // Headers that steer the connection, or that others own: no field may speak through them. Nor
  // through those of credentials, which are found by what they end with.
  private static final Set<String> RESERVED =
      Set.of(
          "b3",
          "baggage",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "forwarded",
          "grpc-timeout",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "traceparent",
          "tracestate",
          "trailer",
          "transfer-encoding",
          "uber-trace-id",
          "upgrade",
          "user-agent",
          "x-amzn-trace-id",
          "x-b3-flags",
          "x-b3-parentspanid",
          "x-b3-sampled",
          "x-b3-spanid",
          "x-b3-traceid",
          "x-forwarded-client-cert",
          "x-forwarded-for");

  // Set once, on the way out of the method that makes the rule.
  private TrustZone admitFrom = TrustZone.OWN;
  private Shown shown = Shown.PLAIN;
  private boolean onSpans = true;
  private int metricValues;
  private @Nullable String alias;
  private boolean aliasIsList;
  private @Nullable String receivedAs;
  private @Nullable BaggageField<?> demotedTo;

  private FieldRule() {}

  private FieldRule(FieldRule of) {
    this.admitFrom = of.admitFrom;
    this.shown = of.shown;
    this.onSpans = of.onSpans;
    this.metricValues = of.metricValues;
    this.alias = of.alias;
    this.aliasIsList = of.aliasIsList;
    this.receivedAs = of.receivedAs;
    this.demotedTo = of.demotedTo;
  }

  /**
   * Returns this rule, with the field admitted from {@code zone} and every zone trusted further.
   * {@link TrustZone#PUBLIC} for an identity field believes anybody.
   */
  public FieldRule admitFrom(TrustZone zone) {
    FieldRule next = new FieldRule(this);
    next.admitFrom = requireNonNull(zone, "zone");
    return next;
  }

  /**
   * Returns this rule, with the field also in a header of its own, from the time before baggage:
   * {@code x-request-id}. It is read where the baggage does not have the field, and written beside
   * the baggage, by the same rules of who may assert it and who gets it.
   *
   * <p><b>Shape.</b> One value as it is, in printable ASCII of at most 1024 chars, and without a
   * comma: with one it counts as two lines that a proxy has joined (RFC 9110 §5.3), and of two
   * lines nobody knows which is right, so there is none. {@link #aliasList} takes commas. Any other
   * value is left out of this header.
   *
   * @throws IllegalArgumentException if the name is no header name in lower case, one that others
   *     own, or one that looks like a credential's
   */
  public FieldRule alias(String header) {
    return withAlias(header, false);
  }

  /**
   * Returns this rule as {@link #alias} does, for a header that is a list: the field's value is all
   * of it as one text, commas included, and several lines are one list.
   *
   * <p><b>Shape.</b> Printable ASCII of at most 1024 chars, all lines together: {@code en, fr}.
   * More than 1024 lines, empty ones too, are none.
   *
   * @throws IllegalArgumentException as {@link #alias}
   */
  public FieldRule aliasList(String header) {
    return withAlias(header, true);
  }

  private FieldRule withAlias(String header, boolean list) {
    boolean name = requireNonNull(header, "header").matches("[a-z0-9][a-z0-9_-]*");
    if (!name || RESERVED.contains(header) || header.endsWith("-bin")) {
      throw new IllegalArgumentException(
          "header: \"" + header + "\" (expected: a name like x-request-id that is not in use)");
    }
    requireNoCredential("header", header);
    FieldRule next = new FieldRule(this);
    next.alias = header;
    next.aliasIsList = list;
    return next;
  }

  /**
   * Returns this rule, with the field also admitted from a member of another name, which a peer
   * still uses; it goes on under its own. A member of its own name wins.
   *
   * @throws IllegalArgumentException if the name looks like a credential's
   */
  public FieldRule receivedAs(String name) {
    requireNoCredential("name", requireNonNull(name, "name"));
    FieldRule next = new FieldRule(this);
    next.receivedAs = name;
    return next;
  }

  private static void requireNoCredential(String parameter, String name) {
    if (BaggageField.isCredential(name)) {
      throw new IllegalArgumentException(
          parameter + ": \"" + name + "\" looks like a credential (expected: one that may travel)");
    }
  }

  /**
   * Returns this rule, with the value demoted where the peer may not assert it: it is not dropped,
   * but admitted as {@code attribute}, if that one's rule admits it. For what a client says of
   * itself, to be compared or logged, and not believed.
   *
   * @throws IllegalArgumentException if {@code attribute} is an identity field
   */
  public FieldRule demoteTo(BaggageField<?> attribute) {
    if (requireNonNull(attribute, "attribute").isIdentity()) {
      throw new IllegalArgumentException(
          "attribute: " + attribute + " (expected: an attribute; an identity would be believed)");
    }
    FieldRule next = new FieldRule(this);
    next.demotedTo = attribute;
    return next;
  }

  /**
   * Returns this rule, with the field seen in telemetry as {@code shown} says: on spans, log
   * records and lines alike. What travels, and what code reads, is the value.
   */
  public FieldRule show(Shown shown) {
    FieldRule next = new FieldRule(this);
    next.shown = requireNonNull(shown, "shown");
    return next;
  }

  /**
   * Returns this rule, with the field left out of spans: logs and metrics still show it, as {@link
   * #show} says.
   */
  public FieldRule notOnSpans() {
    FieldRule next = new FieldRule(this);
    next.onSpans = false;
    return next;
  }

  /** Returns whether spans show the field, if anything does. */
  public boolean isOnSpans() {
    return onSpans;
  }

  /**
   * Returns this rule, with the field on metrics too: one that has few values, as a plan has.
   * Without this it is not: each value is a time series for good.
   *
   * @param values how many different ones are told apart; any further one is shown as {@code
   *     _other}, so that nobody can make series without end
   * @throws IllegalArgumentException if that is less than 1
   */
  public FieldRule lowCardinality(int values) {
    if (values < 1) {
      throw new IllegalArgumentException("values: " + values + " (expected: 1 or more)");
    }
    FieldRule next = new FieldRule(this);
    next.metricValues = values;
    return next;
  }

  /** Returns how many values metrics tell apart, or 0 where they do not show the field. */
  public int metricValues() {
    return metricValues;
  }

  /** Returns how the field is seen in telemetry; {@link Shown#PLAIN} without a word of it. */
  public Shown shown() {
    return shown;
  }

  /** Returns the name of {@link #receivedAs(String)}, or null. */
  public @Nullable String receivedAs() {
    return receivedAs;
  }

  /** Returns the attribute of {@link #demoteTo}, or null. */
  public @Nullable BaggageField<?> demotedTo() {
    return demotedTo;
  }

  /** Returns the header of {@link #alias(String)} or {@link #aliasList}, or null. */
  public @Nullable String alias() {
    return alias;
  }

  /** Returns whether the alias is a list, whose commas are part of the value. */
  public boolean isAliasList() {
    return aliasIsList;
  }

  /** Returns the zone that is trusted least of those that may assert the field. */
  public TrustZone admittedFrom() {
    return admitFrom;
  }

  /** Returns whether a peer in {@code zone} may assert the field. */
  public boolean admits(TrustZone zone) {
    return zone.isWithin(admitFrom);
  }
}
