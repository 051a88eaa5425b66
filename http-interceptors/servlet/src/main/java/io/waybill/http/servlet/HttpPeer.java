package io.waybill.http.servlet;

import io.waybill.sdk.policy.Peer;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who sent an HTTP request, as far as the container can tell. */
final class HttpPeer {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern ADDRESS =
      Pattern.compile("(" + BYTE + "\\.){3}" + BYTE + "|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%\\w+)?");

  private HttpPeer() {}

  static Peer of(HttpServletRequest request) {
    return Peer.of(
        verified(request),
        address(request.getRemoteAddr(), request.getRemotePort()),
        address(request.getLocalAddr(), request.getLocalPort()));
  }

  /** Returns the chain that the container's TLS layer verified. */
  private static Certificate[] verified(HttpServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
        ? chain
        : new Certificate[0];
  }

  /**
   * Returns a socket address, or null if there is none. What is no address literal stays
   * unresolved: behind a proxy it is text from a header, and must not start a look-up.
   */
  private static @Nullable SocketAddress address(@Nullable String host, int port) {
    if (host == null || host.isEmpty() || port < 0 || port > 0xFFFF) {
      return null;
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String literal = bracketed ? host.substring(1, host.length() - 1) : host;
    try {
      return ADDRESS.matcher(literal).matches()
          ? new InetSocketAddress(InetAddress.getByName(literal), port)
          : InetSocketAddress.createUnresolved(host, port);
    } catch (UnknownHostException noAddress) {
      return InetSocketAddress.createUnresolved(host, port);
    }
  }
}
