package io.waybill.http.servlet;

import io.waybill.sdk.policy.Peer;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who sent an HTTP request, as far as the container can tell. */
final class HttpPeer {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;
  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern ADDRESS =
      Pattern.compile("(" + BYTE + "\\.){3}" + BYTE + "|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%\\w+)?");

  private HttpPeer() {}

  static Peer of(HttpServletRequest request) {
    return new Peer(
        verifiedNames(request),
        address(request.getRemoteAddr(), request.getRemotePort()),
        address(request.getLocalAddr(), request.getLocalPort()));
  }

  /** Returns the names of the certificate that the container's TLS layer verified. */
  private static Set<String> verifiedNames(HttpServletRequest request) {
    Set<String> names = new HashSet<>();
    if (request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0) {
      for (List<?> name : alternativeNames(chain[0])) {
        if (name.get(0).equals(DNS_NAME)) {
          names.add("dns:" + name.get(1));
        } else if (name.get(0).equals(URI_NAME)) {
          names.add((String) name.get(1));
        }
      }
    }
    return names;
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
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
