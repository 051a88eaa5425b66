package io.waybill.http.webflux;

import io.waybill.sdk.policy.Peer;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.SslInfo;
import reactor.netty.http.server.HttpServerRequest;

/** Who sent an HTTP request, as far as the server can tell. */
final class ServerPeer {
  // What ServerHttpRequest.mutate() builds; it is not public.
  private static final String MUTATED = "MutatedServerHttpRequest";
  private static final String NETTY = "reactor.netty.http.server.HttpServerRequest";

  private static final boolean IS_NETTY_THERE = Neighbour.isThere(NETTY);

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
   * Returns the address of the connection, whatever {@code Forwarded} headers say, which anybody
   * writes: {@code ForwardedHeaderTransformer} runs in front of all filters, and Reactor Netty has
   * its own. Null where it can't be told from what a header says.
   */
  private static @Nullable SocketAddress remote(ServerHttpRequest request) {
    if (IS_NETTY_THERE && Netty.is(request)) {
      return Netty.remote(request);
    }
    ServerHttpRequest servers = request;
    while (servers instanceof ServerHttpRequestDecorator decorator) {
      servers = decorator.getDelegate();
    }
    boolean isMutated = servers.getClass().getSimpleName().equals(MUTATED);
    return isMutated ? null : servers.getRemoteAddress();
  }

  /** Loaded only where its server is. */
  private static final class Netty {
    static boolean is(ServerHttpRequest request) {
      return nativeOf(request) instanceof HttpServerRequest;
    }

    static @Nullable SocketAddress remote(ServerHttpRequest request) {
      return ((HttpServerRequest) nativeOf(request)).connectionRemoteAddress();
    }

    /** Of requests that are mutated too. */
    private static Object nativeOf(ServerHttpRequest request) {
      return request instanceof AbstractServerHttpRequest servers
          ? servers.getNativeRequest()
          : ServerHttpRequestDecorator.getNativeRequest(request);
    }
  }
}
