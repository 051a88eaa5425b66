package io.waybill.http.webflux;

import io.waybill.sdk.policy.Peer;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.SslInfo;

/** Who sent an HTTP request, as far as the server can tell. */
final class ServerPeer {
  // What ServerHttpRequest.mutate() builds; it is not public.
  private static final String MUTATED = "MutatedServerHttpRequest";

  private ServerPeer() {}

  static Peer of(ServerHttpRequest request) {
    SslInfo tls = request.getSslInfo();
    X509Certificate[] verified = tls == null ? null : tls.getPeerCertificates();
    return Peer.of(
        verified == null ? new X509Certificate[0] : verified,
        remote(request),
        request.getLocalAddress());
  }

  /**
   * Returns the address of the connection; null where it may be what a header says, which anybody
   * writes: {@code ForwardedHeaderTransformer} runs in front of all filters.
   */
  private static @Nullable InetSocketAddress remote(ServerHttpRequest request) {
    ServerHttpRequest servers = request;
    while (servers instanceof ServerHttpRequestDecorator decorator) {
      servers = decorator.getDelegate();
    }
    boolean isMutated = servers.getClass().getSimpleName().equals(MUTATED);
    return isMutated ? null : servers.getRemoteAddress();
  }
}
