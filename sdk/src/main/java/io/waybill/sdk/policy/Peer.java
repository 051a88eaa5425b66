package io.waybill.sdk.policy;

import java.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as the transport can tell.
 *
 * @param verifiedNames the names in the certificate that the transport verified: DNS names as
 *     {@code dns:orders.internal}, URIs as they stand ({@code spiffe://shop/orders}); empty without
 *     mutual TLS
 * @param remote the address it came from; anybody on the way can choose it, so it proves nothing by
 *     itself
 * @param listener the address of ours that accepted it
 */
public record Peer(
    Set<String> verifiedNames, @Nullable SocketAddress remote, @Nullable SocketAddress listener) {

  /** Copies the set of names. */
  public Peer {
    verifiedNames = Set.copyOf(verifiedNames);
  }

  /** Returns a peer without verified names. */
  public static Peer unverified(@Nullable SocketAddress remote, @Nullable SocketAddress listener) {
    return new Peer(Set.of(), remote, listener);
  }
}
