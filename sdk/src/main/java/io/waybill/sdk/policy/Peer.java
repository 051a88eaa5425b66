package io.waybill.sdk.policy;

import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as the transport can tell.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Peer {
  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;

  private final Set<String> verifiedNames;
  private final @Nullable SocketAddress remote;
  private final @Nullable SocketAddress listener;

  private Peer(
      Set<String> verifiedNames, @Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    this.verifiedNames = Set.copyOf(verifiedNames);
    this.remote = remote;
    this.listener = listener;
  }

  /**
   * Returns a peer with names that the transport has verified.
   *
   * @param names DNS names as {@code dns:orders.internal} in lower case, URIs as they stand ({@code
   *     spiffe://shop/orders})
   */
  public static Peer verified(
      Set<String> names, @Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    return new Peer(names, remote, listener);
  }

  /** Returns a peer without verified names. */
  public static Peer unverified(@Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    return new Peer(Set.of(), remote, listener);
  }

  /**
   * Returns a peer with the names that its certificate holds as subject alternative names (RFC 5280
   * §4.2.1.6).
   *
   * @param verified the chain that the transport has verified, the peer's own certificate first;
   *     empty where it verified none. One that is not valid now names nobody: a connection may
   *     outlive it, and some transports let it pass.
   */
  public static Peer of(
      Certificate[] verified, @Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    boolean named = verified.length > 0 && verified[0] instanceof X509Certificate;
    Set<String> names = named ? names((X509Certificate) verified[0]) : Set.of();
    return new Peer(names, remote, listener);
  }

  /** Returns the verified names, as {@link #verified} takes them; empty without mutual TLS. */
  public Set<String> verifiedNames() {
    return verifiedNames;
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
    if (!isValidNow(certificate)) {
      return names;
    }
    for (List<?> alternative : alternativeNames(certificate)) {
      Object kind = alternative.get(0);
      if (kind.equals(DNS_NAME)) {
        names.add("dns:" + ((String) alternative.get(1)).toLowerCase(Locale.ROOT));
      } else if (kind.equals(URI_NAME)) {
        names.add((String) alternative.get(1));
      }
    }
    return names;
  }

  private static boolean isValidNow(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      return true;
    } catch (CertificateException expiredOrNotYetValid) {
      return false;
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
    return "Peer[" + verifiedNames + " from " + remote + " to " + listener + "]";
  }
}
