package io.waybill.sdk.policy;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is believed, as a list of rules of which the first that matches counts; whoever matches none
 * is {@link TrustZone#PUBLIC}.
 *
 * <pre>{@code
 * builder.peers(PeerRules.none()
 *     .verified("spiffe://shop.internal/ns/*", TrustZone.OWN)
 *     .verified("dns:*.partner.example", TrustZone.PARTNER)
 *     .listener(9443, TrustZone.OWN)
 *     .onlyFrom("10.0.0.0/8"));
 * }</pre>
 *
 * <p><b>Threading.</b> Immutable; each rule returns a new list.
 */
public final class PeerRules implements Function<Peer, TrustZone> {
  private final List<Rule> rules;

  private record Rule(Predicate<Peer> matches, TrustZone zone) {}

  private PeerRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Returns rules that believe nobody. */
  public static PeerRules none() {
    return new PeerRules(List.of());
  }

  /**
   * Returns these rules, and {@code zone} for a peer whose verified certificate has a name like
   * {@code pattern}.
   *
   * @param pattern {@code dns:} and a name whose first label may be {@code *} for any one label, or
   *     a URI ({@code spiffe://..}) whose last segment may be {@code *} for any one segment
   * @throws IllegalArgumentException if it is neither, or has {@code *} elsewhere
   */
  public PeerRules verified(String pattern, TrustZone zone) {
    Predicate<String> name = name(requireNonNull(pattern, "pattern"));
    return with(new Rule(peer -> peer.verifiedNames().stream().anyMatch(name), checked(zone)));
  }

  /**
   * Returns these rules, and {@code zone} for whoever comes in on this port. That is the operator's
   * word that nobody else can reach it.
   */
  public PeerRules listener(int port, TrustZone zone) {
    return with(new Rule(peer -> port == port(peer.listener()), checked(zone)));
  }

  /**
   * Returns these rules with a condition on the last one: the peer's address is in {@code range}
   * too. An address proves nothing by itself, so there is no rule of addresses alone.
   *
   * @param range {@code 10.0.0.0/8}, {@code fd00::/8}
   * @throws IllegalArgumentException if it is no range
   * @throws IllegalStateException if there is no rule yet
   */
  public PeerRules onlyFrom(String range) {
    if (rules.isEmpty()) {
      throw new IllegalStateException(
          "onlyFrom: no rule before it (expected: verified or listener)");
    }
    AddressRange addresses = AddressRange.parse(range);
    Rule last = rules.get(rules.size() - 1);
    List<Rule> narrowed = new ArrayList<>(rules.subList(0, rules.size() - 1));
    narrowed.add(new Rule(last.matches.and(peer -> addresses.contains(peer.remote())), last.zone));
    return new PeerRules(narrowed);
  }

  @Override
  public TrustZone apply(Peer peer) {
    for (Rule rule : rules) {
      if (rule.matches.test(peer)) {
        return rule.zone;
      }
    }
    return TrustZone.PUBLIC;
  }

  private PeerRules with(Rule rule) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(rule);
    return new PeerRules(more);
  }

  private static TrustZone checked(TrustZone zone) {
    return requireNonNull(zone, "zone");
  }

  private static int port(@Nullable SocketAddress listener) {
    return listener instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  private static Predicate<String> name(String pattern) {
    boolean dns = pattern.startsWith("dns:");
    String whole = dns ? pattern.toLowerCase(Locale.ROOT) : pattern;
    boolean any = dns ? whole.startsWith("dns:*.") : whole.endsWith("/*");
    String rest = !any ? whole : dns ? whole.substring(6) : whole.substring(0, whole.length() - 1);
    boolean named = dns ? rest.length() > (any ? 0 : 4) : rest.matches("[a-z]+://[^/].*");
    if (!named || rest.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "pattern: \""
              + pattern
              + "\" (expected: dns:orders.shop.internal, dns:*.shop.internal,"
              + " spiffe://shop.internal/orders or spiffe://shop.internal/ns/*)");
    }
    if (!any) {
      return whole::equals;
    }
    return dns ? name -> isUnder(name, rest) : name -> isSegmentOf(name, rest);
  }

  /** Whole labels: {@code *.shop.internal} is not {@code a.b.shop.internal}. */
  private static boolean isUnder(String name, String domain) {
    int dot = name.indexOf('.');
    return name.startsWith("dns:") && dot > 4 && name.substring(dot + 1).equals(domain);
  }

  private static boolean isSegmentOf(String name, String path) {
    return name.startsWith(path)
        && name.length() > path.length()
        && name.indexOf('/', path.length()) < 0;
  }
}
