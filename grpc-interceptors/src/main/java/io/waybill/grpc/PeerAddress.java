package io.waybill.grpc;

import io.opentelemetry.api.common.Attributes;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a call comes from, as spans show it: prepared once for the calls of a connection. */
final class PeerAddress {
  // The last one: all calls of a connection have the same object for it.
  private volatile @Nullable Known known;

  private record Known(SocketAddress remote, Attributes shown) {}

  /**
   * Returns nothing for what is no address: a call in process, and a unix socket without a name.
   */
  @SuppressWarnings("ReferenceEquality") // another object is another connection
  Attributes shown(@Nullable SocketAddress remote) {
    if (remote == null) {
      return Attributes.empty();
    }
    Known last = known;
    if (last == null || last.remote != remote) {
      last = new Known(remote, of(remote));
      known = last;
    }
    return last.shown;
  }

  private static Attributes of(SocketAddress remote) {
    // Not getHostString and its like: they may ask a name service.
    return remote instanceof InetSocketAddress socket && socket.getAddress() != null
        ? Attributes.of(
            RpcSpan.PEER_ADDRESS,
            socket.getAddress().getHostAddress(),
            RpcSpan.PEER_PORT,
            (long) socket.getPort())
        : Attributes.empty();
  }
}
