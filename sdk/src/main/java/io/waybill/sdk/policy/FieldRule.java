package io.waybill.sdk.policy;

import static java.util.Objects.requireNonNull;

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
  public static final FieldRule DEFAULT = new FieldRule(TrustZone.OWN, null);

  // Headers that steer the connection, or that others own: no field may speak through them.
  private static final Set<String> RESERVED =
      Set.of(
          "authorization",
          "baggage",
          "connection",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "proxy-authorization",
          "set-cookie",
          "te",
          "traceparent",
          "tracestate",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent");

  private final TrustZone admitFrom;
  private final @Nullable String alias;

  private FieldRule(TrustZone admitFrom, @Nullable String alias) {
    this.admitFrom = admitFrom;
    this.alias = alias;
  }

  /**
   * Returns this rule, with the field admitted from {@code zone} and every zone trusted further.
   * {@link TrustZone#PUBLIC} for an identity field believes anybody.
   */
  public FieldRule admitFrom(TrustZone zone) {
    return new FieldRule(requireNonNull(zone, "zone"), alias);
  }

  /**
   * Returns this rule, with the field also in a header of its own, from the time before baggage:
   * {@code x-request-id}. It is read where the baggage does not have the field, and written beside
   * the baggage, by the same rules of who may assert it and who gets it.
   *
   * <p><b>Shape.</b> A value travels as it is, in printable ASCII of at most 1024 chars; any other
   * is left out of this header.
   *
   * @throws IllegalArgumentException if the name is no header name in lower case, or one that
   *     others own
   */
  public FieldRule alias(String header) {
    boolean name = requireNonNull(header, "header").matches("[a-z0-9][a-z0-9_-]*");
    if (!name || RESERVED.contains(header) || header.endsWith("-bin")) {
      throw new IllegalArgumentException(
          "header: \"" + header + "\" (expected: a name like x-request-id that is not in use)");
    }
    return new FieldRule(admitFrom, header);
  }

  /** Returns the header of {@link #alias(String)}, or null. */
  public @Nullable String alias() {
    return alias;
  }

  /** Returns whether a peer in {@code zone} may assert the field. */
  public boolean admits(TrustZone zone) {
    return zone.isWithin(admitFrom);
  }
}
