package io.waybill.sdk.policy;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
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
 * <p>Behind a service mesh, {@link #forwardedCertificate} says whose word counts for a peer's name.
 *
 * <p><b>Threading.</b> Immutable; each rule returns a new list.
 */
public final class PeerRules implements Function<Peer, TrustZone> {
  private static final int MOST_PORT = 0xFFFF;
  private static final String ANY_LABEL = PeerName.DNS + "*.";
  private static final String ANY_SEGMENT = "/*";

  private final List<Rule> rules;
  private final boolean hasProxies;

  /** Without a zone it is a proxy's: who is behind it has a name instead of it. */
  private record Rule(Predicate<Peer> matches, @Nullable TrustZone zone) {}

  private PeerRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.hasProxies = rules.stream().anyMatch(rule -> rule.zone == null);
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
    return with(new Rule(isNamed(pattern), checked(zone)));
  }

  /**
   * Returns these rules, and {@code zone} for whoever comes in on this port. That is the operator's
   * word that nobody else can reach it.
   *
   * @throws IllegalArgumentException if the port is not 1 to 65535: a server that has not started
   *     has none yet
   */
  public PeerRules listener(int port, TrustZone zone) {
    return with(new Rule(isOn(port), checked(zone)));
  }

  /**
   * Returns these rules, and a proxy whose word counts for who is behind it: the service mesh's, or
   * a gateway, that ends TLS and writes what certificate it has seen into {@code
   * x-forwarded-client-cert}, as Envoy does. The names in the last element of that take the place
   * of the proxy's own, for all rules, whatever their order.
   *
   * <p>The proxy must set or append the header ({@code SANITIZE_SET}, {@code APPEND_FORWARD}), and
   * its authority must sign no name with a comma or a semicolon in it: Envoy does not quote them.
   *
   * <p><b>Absence.</b> Where the proxy names nobody, in several lines, malformed, or in more than
   * 16,384 chars, the peer has no name; not even the proxy's. From others the header says nothing.
   * A classifier that calls these rules itself reads no header: a proxy has no name for it, either.
   *
   * @param listener the port that the proxy comes in on
   * @param proxy its own verified name, a pattern as of {@link #verified}
   * @throws IllegalArgumentException if it is no pattern, or the port is not 1 to 65535
   */
  public PeerRules forwardedCertificate(int listener, String proxy) {
    return with(new Rule(isOn(listener).and(isNamed(proxy)), null));
  }

  /** Returns whether there is a {@link #forwardedCertificate}. For adapters of the policy. */
  public boolean hasProxies() {
    return hasProxies;
  }

  /** Returns whether {@code peer} itself is a proxy of {@link #forwardedCertificate}. */
  public boolean isProxy(Peer peer) {
    return hasProxies
        && !peer.isForwarded()
        && rules.stream().anyMatch(rule -> rule.zone == null && rule.matches.test(peer));
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
          "onlyFrom: no rule before it (expected: verified, listener or forwardedCertificate)");
    }
    AddressRange addresses = AddressRange.parse(range);
    Rule last = rules.get(rules.size() - 1);
    List<Rule> narrowed = new ArrayList<>(rules.subList(0, rules.size() - 1));
    narrowed.add(new Rule(last.matches.and(peer -> addresses.contains(peer.remote())), last.zone));
    return new PeerRules(narrowed);
  }

  @Override
  public TrustZone apply(Peer peer) {
    // Whoever is behind a proxy is never believed for the proxy's own name.
    Peer named = isProxy(peer) ? peer.forwarding(List.of(), List.of()) : peer;
    for (Rule rule : rules) {
      TrustZone zone = rule.zone;
      if (zone != null && rule.matches.test(named)) {
        return zone;
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

  private static Predicate<Peer> isOn(int port) {
    if (port < 1 || port > MOST_PORT) {
      throw new IllegalArgumentException(
          "port: "
              + port
              + " (expected: 1 to 65535, where the server listens; before it has started, a server"
              + " says -1 or 0)");
    }
    return peer -> peer.listener() instanceof InetSocketAddress inet && inet.getPort() == port;
  }

  private static Predicate<Peer> isNamed(String pattern) {
    Predicate<String> name = name(requireNonNull(pattern, "pattern"));
    return peer -> peer.verifiedNames().stream().anyMatch(name);
  }

  private static Predicate<String> name(String pattern) {
    boolean dns = pattern.startsWith(PeerName.DNS);
    Predicate<String> name = dns ? dns(Ascii.lower(pattern)) : uri(pattern);
    if (name == null) {
      throw new IllegalArgumentException(
          "pattern: \""
              + pattern
              + "\" (expected: dns:orders.shop.internal, dns:*.shop.internal,"
              + " spiffe://shop.internal/orders or spiffe://shop.internal/ns/*)");
    }
    return name;
  }

  private static @Nullable Predicate<String> dns(String pattern) {
    if (!pattern.startsWith(ANY_LABEL)) {
      return PeerName.isDns(pattern) ? pattern::equals : null;
    }
    String domain = pattern.substring(ANY_LABEL.length());
    return PeerName.isDns(PeerName.DNS + domain) ? name -> isUnder(name, domain) : null;
  }

  private static @Nullable Predicate<String> uri(String pattern) {
    if (!pattern.endsWith(ANY_SEGMENT)) {
      return PeerName.isUri(pattern) ? pattern::equals : null;
    }
    String path = pattern.substring(0, pattern.length() - 1);
    return PeerName.isUri(path) ? name -> isSegmentOf(name, path) : null;
  }

  /** Whole labels: {@code *.shop.internal} is not {@code a.b.shop.internal}. */
  private static boolean isUnder(String name, String domain) {
    int dot = name.indexOf('.');
    return name.startsWith(PeerName.DNS) && dot > 4 && name.substring(dot + 1).equals(domain);
  }

  /** One segment that names something: neither a step in the path, nor what others may decode. */
  private static boolean isSegmentOf(String name, String path) {
    String segment = name.startsWith(path) ? name.substring(path.length()) : "";
    return !segment.isEmpty()
        && !segment.equals(".")
        && !segment.equals("..")
        && segment.chars().noneMatch(c -> "/?#%".indexOf(c) >= 0);
  }
}
