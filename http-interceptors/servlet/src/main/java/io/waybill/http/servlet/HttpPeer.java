package io.waybill.http.servlet;

import io.waybill.sdk.policy.Peer;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

/** Who sent an HTTP request, as far as the container can tell. */
final class HttpPeer {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private HttpPeer() {}

  static Peer of(HttpServletRequest request) {
    ServletRequest connected = unwrapped(request);
    return Peer.of(
        verified(request),
        Peer.address(connected.getRemoteAddr(), connected.getRemotePort()),
        Peer.address(connected.getLocalAddr(), connected.getLocalPort()));
  }

  /** A filter in front may show the address that a header says, as Spring's of Forwarded does. */
  private static ServletRequest unwrapped(ServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    return inner;
  }

  /** Returns the chain that the container's TLS layer verified. */
  private static Certificate[] verified(HttpServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
        ? chain
        : new Certificate[0];
  }
}
