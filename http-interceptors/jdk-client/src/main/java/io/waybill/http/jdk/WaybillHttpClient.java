package io.waybill.http.jdk;

import static java.util.Objects.requireNonNull;

import io.waybill.sdk.Waybill;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;

/**
 * Makes {@link HttpClient}s that carry the caller's request to other services.
 *
 * <pre>{@code
 * HttpClient client =
 *     WaybillHttpClient.newBuilder(waybill).followRedirects(HttpClient.Redirect.NORMAL).build();
 * }</pre>
 *
 * <p>Each request gets what the policy releases to its scheme, host and port, and one CLIENT span.
 * A redirect is decided anew: the request to the next host gets what that host may have, and what
 * the user wrote into {@code Authorization}, {@code Proxy-Authorization} and {@code Cookie} does
 * not leave the origin it was written for. Which redirects are followed, how often and by which
 * method is what the JDK's own client does.
 *
 * <p>Body publishers, body handlers, push promise handlers and what is chained to the future of
 * {@code sendAsync} run in the Context in which {@code send} or {@code sendAsync} was called.
 *
 * <p><b>Shape.</b> A {@code baggage} header that the user wrote is merged into the one that goes
 * out; it never speaks for an identity field. A {@code WebSocket} is opened as if by the wrapped
 * client: its handshake carries nothing of Waybill.
 *
 * <p><b>Threading.</b> The clients are safe from any thread, the builders for one.
 */
public final class WaybillHttpClient {
  private WaybillHttpClient() {}

  /** Starts a client; without further settings it is the JDK's default one, but wrapped. */
  public static HttpClient.Builder newBuilder(Waybill waybill) {
    return new WrappedBuilder(requireNonNull(waybill, "waybill"), HttpClient.newBuilder());
  }

  /**
   * Returns {@code client}, wrapped: for clients that somebody else has built.
   *
   * @throws IllegalArgumentException if it follows redirects, which nobody outside of it sees
   */
  public static HttpClient wrap(HttpClient client, Waybill waybill) {
    requireNonNull(waybill, "waybill");
    if (client.followRedirects() != Redirect.NEVER) {
      throw new IllegalArgumentException(
          "client: follows redirects "
              + client.followRedirects()
              + " (expected: NEVER, or newBuilder(waybill), whose clients follow them themselves)");
    }
    return new WrappedHttpClient(waybill, client, new Redirects(Redirect.NEVER));
  }
}
