package io.waybill.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.waybill.sdk.policy.Peer;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads who sent a call from what the transport says of its connection. */
final class CallPeer {
  // Kinds of a subject's alternative name, RFC 5280 §4.2.1.6.
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  private CallPeer() {}

  static Peer of(Attributes call) {
    SocketAddress remote = call.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    SocketAddress listener = call.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
    Set<String> names = verifiedNames(call.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    return new Peer(names, remote, listener);
  }

  private static Set<String> verifiedNames(@Nullable SSLSession session) {
    if (session == null) {
      return Set.of();
    }
    try {
      // The first is the peer's own, the others vouch for it.
      Certificate[] verified = session.getPeerCertificates();
      return verified[0] instanceof X509Certificate own ? names(own) : Set.of();
    } catch (SSLPeerUnverifiedException | CertificateParsingException noNames) {
      return Set.of();
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives == null) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (List<?> alternative : alternatives) {
      int kind = (Integer) alternative.get(0);
      if (kind == DNS_NAME) {
        names.add("dns:" + ((String) alternative.get(1)).toLowerCase(Locale.ROOT));
      } else if (kind == URI) {
        names.add((String) alternative.get(1));
      }
    }
    return names;
  }
}
