package io.waybill.http.webflux;

import org.springframework.http.client.reactive.ClientHttpRequest;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Whether a connector may take what was released for one server to another, below all that we see.
 * Reactor Netty says it; of any other connector somebody has to.
 */
final class Redirecting {
  private static final String TRUSTED = TrustedConnector.class.getName();
  private static final boolean IS_NETTY_THERE =
      Neighbour.isThere("reactor.netty.http.client.HttpClientRequest");

  private Redirecting() {}

  /** Notes that the connector of {@code http} keeps to the address. */
  static void trust(ClientHttpRequest http) {
    http.getAttributes().put(TRUSTED, true);
  }

  /**
   * Lets a request pass that goes to its address alone.
   *
   * @throws IllegalStateException if it may go elsewhere
   */
  static void refuse(ClientHttpRequest http) {
    if (IS_NETTY_THERE && Netty.is(http.getNativeRequest())) {
      if (Netty.follows(http.getNativeRequest())) {
        throw new IllegalStateException(
            "connector: follows redirects (expected: HttpClient.followRedirect(false), which Boot"
                + " sets for spring.http.clients.redirects=dont-follow)");
      }
    } else if (!http.getAttributes().containsKey(TRUSTED)) {
      throw new IllegalStateException(
          "connector: does not say whether it follows redirects (expected: Reactor Netty's, or one"
              + " of WaybillWebFlux.connector or WaybillWebFlux.trusted)");
    }
  }

  /** Loaded only where its client is. */
  private static final class Netty {
    static boolean is(Object request) {
      return request instanceof HttpClientRequest;
    }

    static boolean follows(Object request) {
      return ((HttpClientRequest) request).isFollowRedirect();
    }
  }
}
