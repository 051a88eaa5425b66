package io.waybill.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.waybill.sdk.policy.Peer;
import java.security.cert.Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads who sent a call from what the transport says of its connection. */
final class CallPeer {
  private static final Certificate[] NONE = {};

  // The last one: all calls of a connection share its attributes. A peer forgets its names by
  // itself, once its certificate has expired.
  private volatile @Nullable Known known;

  private record Known(Attributes connection, Peer peer) {}

  @SuppressWarnings("ReferenceEquality") // to compare their content costs more than it saves
  Peer peer(Attributes call) {
    Known last = known;
    if (last == null || last.connection != call) {
      last = new Known(call, of(call));
      known = last;
    }
    return last.peer;
  }

  static Peer of(Attributes call) {
    return Peer.of(
        verified(call.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
        call.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
        call.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR));
  }

  private static Certificate[] verified(@Nullable SSLSession session) {
    try {
      return session == null ? NONE : session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException anonymous) {
      return NONE;
    }
  }
}
