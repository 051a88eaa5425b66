package io.waybill.sdk.internal.policy;

import static java.util.Objects.requireNonNull;

import io.waybill.BaggageField;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.DestinationReport;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The decisions at both borders: the zone of a peer, and the route to a destination.
 *
 * <p><b>Threading.</b> Any; but for which rules have matched a call, it never changes.
 */
public final class Policy {
  private final Function<Peer, TrustZone> peers;
  private final @Nullable PeerRules proxies;
  private final List<Rule> destinations;
  private final Route unnamed = Route.unnamed();
  private final NearMisses nearMisses;

  private Policy(Function<Peer, TrustZone> peers, List<Rule> destinations) {
    this.peers = peers;
    this.proxies = peers instanceof PeerRules rules && rules.hasProxies() ? rules : null;
    this.destinations = List.copyOf(destinations);
    this.nearMisses = new NearMisses(this.destinations);
  }

  /** Returns the zone of {@code peer}; {@link TrustZone#PUBLIC} if the user's rule fails. */
  public TrustZone zone(Peer peer) {
    try {
      TrustZone zone = peers.apply(peer);
      return zone == null ? TrustZone.PUBLIC : zone;
    } catch (Throwable usersRuleFailed) {
      return TrustZone.PUBLIC;
    }
  }

  /** Returns whether some peers are proxies, whose word counts for who is behind them. */
  public boolean hasProxies() {
    return proxies != null;
  }

  /** Returns whether {@code peer} is one of those. */
  public boolean isProxy(Peer peer) {
    return proxies != null && proxies.isProxy(peer);
  }

  /**
   * Returns what is released to {@code destination}: nothing if no rule names it, or it is null.
   */
  public Route route(@Nullable Destination destination) {
    if (destination != null) {
      for (int i = 0; i < destinations.size(); i++) { // an iterator would be allocated
        Rule rule = destinations.get(i);
        if (rule.matches(destination)) {
          return rule.route;
        }
      }
    }
    return unnamed;
  }

  /** Returns what became of calls so far, by rule and in their order; of all others last. */
  public List<DestinationReport> report() {
    List<DestinationReport> report = new ArrayList<>();
    destinations.forEach(rule -> report.add(rule.report()));
    report.add(Rule.report("*", unnamed, null));
    return report;
  }

  /** Returns what tells why a rule has released nothing to a call that it was meant for. */
  public NearMisses nearMisses() {
    return nearMisses;
  }

  /** Starts a policy that believes nobody and releases nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the rules of a {@link Policy}. */
  public static final class Builder {
    private Function<Peer, TrustZone> peers = peer -> TrustZone.PUBLIC;
    private final List<Rule> destinations = new ArrayList<>();

    private Builder() {}

    /** Sets how the zone of a peer is found; null stands for {@link TrustZone#PUBLIC}. */
    public Builder peers(Function<Peer, TrustZone> classifier) {
      peers = requireNonNull(classifier, "classifier");
      return this;
    }

    /**
     * Adds a destination; the first that matches counts.
     *
     * @param named the fields that a PARTNER gets; its zone alone grants none
     * @throws IllegalArgumentException if the pattern is none, or fields are named for a zone other
     *     than PARTNER
     */
    public Builder destination(String pattern, TrustZone zone, Set<BaggageField<?>> named) {
      if (zone != TrustZone.PARTNER && !named.isEmpty()) {
        throw new IllegalArgumentException(
            "destination: "
                + pattern
                + " in zone "
                + zone
                + " with fields "
                + named
                + " (expected: fields for a PARTNER only; OWN gets all, PUBLIC none)");
      }
      destinations.add(new Rule(DestinationPattern.parse(pattern), new Route(zone, named)));
      return this;
    }

    /**
     * Adds a destination that gets nothing, not even the trace; the first that matches counts.
     *
     * @throws IllegalArgumentException if the pattern is none
     */
    public Builder untraced(String pattern) {
      destinations.add(new Rule(DestinationPattern.parse(pattern), Route.untraced()));
      return this;
    }

    /** Returns a builder with the same rules so far. */
    public Builder copy() {
      Builder copy = new Builder();
      copy.peers = peers;
      copy.destinations.addAll(destinations);
      return copy;
    }

    /** Returns the policy. */
    public Policy build() {
      return new Policy(peers, destinations);
    }
  }
}
