package io.waybill.sdk.policy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as the transport can tell.
 *
 * <p><b>Threading.</b> Immutable, but for the names of a certificate, which end when it expires.
 */
public final class Peer {
  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;
  private static final int MOST_PORT = 0xFFFF;

  private final Set<String> names;
  private final Validity validity;
  private final @Nullable SocketAddress remote;
  private final @Nullable SocketAddress listener;
  private final boolean forwarded;

  /** From when to when the names are to be believed, both included. */
  private record Validity(long from, long to, InstantSource clock) {
    static final Validity ALWAYS =
        new Validity(Long.MIN_VALUE, Long.MAX_VALUE, InstantSource.system());

    boolean isNow() {
      long now = clock.millis();
      return from <= now && now <= to;
    }
  }

  private Peer(
      Set<String> names,
      Validity validity,
      @Nullable SocketAddress remote,
      @Nullable SocketAddress listener,
      boolean forwarded) {
    this.names = Set.copyOf(names);
    this.validity = validity;
    this.remote = remote;
    this.listener = listener;
    this.forwarded = forwarded;
  }

  /**
   * Returns a peer with names that the transport has verified.
   *
   * @param names DNS names as {@code dns:orders.internal} in lower case, URIs as they stand ({@code
   *     spiffe://shop/orders}); what is neither is left out. Whoever has a URI of a stranger must
   *     not pass one that begins with {@code dns:}: {@link #of} sees to it
   */
  public static Peer verified(
      Set<String> names, @Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    Set<String> valid = names.stream().filter(PeerName::isName).collect(Collectors.toSet());
    return new Peer(valid, Validity.ALWAYS, remote, listener, false);
  }

  /** Returns a peer without verified names. */
  public static Peer unverified(@Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    return new Peer(Set.of(), Validity.ALWAYS, remote, listener, false);
  }

  /**
   * Returns a peer with the names that its certificate holds as subject alternative names (RFC 5280
   * §4.2.1.6): DNS names, and URIs that have an authority or are URNs. A wildcard names nobody.
   *
   * @param verified the chain that the transport has verified, the peer's own certificate first;
   *     empty where it verified none. It names the peer as long as it is valid, and no longer: a
   *     connection may outlive it, and some transports let it pass.
   */
  public static Peer of(
      Certificate[] verified, @Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    return of(verified, remote, listener, InstantSource.system());
  }

  static Peer of(
      Certificate[] verified,
      @Nullable SocketAddress remote,
      @Nullable SocketAddress listener,
      InstantSource clock) {
    if (verified.length == 0 || !(verified[0] instanceof X509Certificate certificate)) {
      return unverified(remote, listener);
    }
    long from = certificate.getNotBefore().toInstant().toEpochMilli();
    long to = certificate.getNotAfter().toInstant().toEpochMilli();
    Validity validity = new Validity(from, to, clock);
    return new Peer(names(certificate), validity, remote, listener, false);
  }

  /**
   * Returns who is behind this peer, a proxy that has verified a certificate: one with the names of
   * that, at the same addresses, as long as the proxy itself is valid.
   *
   * @param uris the certificate's URIs, as they stand; those that name nobody are left out
   * @param dnsNames its DNS names, likewise, without {@code dns:}
   */
  public Peer forwarding(Collection<String> uris, Collection<String> dnsNames) {
    Set<String> behind = new HashSet<>();
    uris.forEach(uri -> add(PeerName.uri(uri), behind));
    dnsNames.forEach(name -> add(PeerName.dns(name), behind));
    return new Peer(behind, validity, remote, listener, true);
  }

  /** Returns whether a proxy says who this is; its word counts for one hop. */
  boolean isForwarded() {
    return forwarded;
  }

  /**
   * Returns the socket address that a container tells as text. Behind a proxy that is text from a
   * header, so nothing but an address literal is read, and no name is ever looked up.
   *
   * @param host an IPv4 or IPv6 literal, the latter in brackets or not; what is none stays
   *     unresolved
   * @return null if there is no text, or no such port
   */
  public static @Nullable SocketAddress address(@Nullable String host, int port) {
    if (host == null || host.isEmpty() || port < 0 || port > MOST_PORT) {
      return null;
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String literal = bracketed ? host.substring(1, host.length() - 1) : host;
    InetAddress address = AddressLiteral.parse(literal);
    return address == null
        ? InetSocketAddress.createUnresolved(host, port)
        : new InetSocketAddress(address, port);
  }

  /**
   * Returns the verified names, as {@link #verified} takes them; empty without mutual TLS, and
   * while the certificate is not valid. Ask for each call: a certificate may expire while its
   * connection lives.
   */
  public Set<String> verifiedNames() {
    return validity.isNow() ? names : Set.of();
  }

  /**
   * Returns the address that the request came from, or null if nobody knows. Anybody on the way can
   * choose it, so it proves nothing by itself.
   */
  public @Nullable SocketAddress remote() {
    return remote;
  }

  /** Returns our own address, which accepted the request, or null if nobody knows. */
  public @Nullable SocketAddress listener() {
    return listener;
  }

  private static Set<String> names(X509Certificate certificate) {
    Set<String> names = new HashSet<>();
    for (List<?> alternative : alternativeNames(certificate)) {
      Object kind = alternative.get(0);
      if (kind.equals(DNS_NAME)) {
        add(PeerName.dns((String) alternative.get(1)), names);
      } else if (kind.equals(URI_NAME)) {
        add(PeerName.uri((String) alternative.get(1)), names);
      }
    }
    return names;
  }

  private static void add(@Nullable String name, Set<String> names) {
    if (name != null) {
      names.add(name);
    }
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
  }

  /** Returns the names and addresses. */
  @Override
  public String toString() {
    return "Peer[" + verifiedNames() + " from " + remote + " to " + listener + "]";
  }
}
