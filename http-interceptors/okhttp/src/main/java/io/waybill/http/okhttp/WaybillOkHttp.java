package io.waybill.http.okhttp;

import static java.util.Objects.requireNonNull;

import io.waybill.sdk.Waybill;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.WebSocket;

/**
 * Makes {@link OkHttpClient}s that carry the caller's request to other services; so does Retrofit
 * over them.
 *
 * <pre>{@code
 * OkHttpClient client = WaybillOkHttp.install(new OkHttpClient.Builder(), waybill).build();
 * }</pre>
 *
 * <p>A call is of the request in which it was made: by {@code newCall}, or by {@code clone()},
 * which makes another. Each request of it on the network, by a redirect or a retry too, gets what
 * the policy releases to its scheme, host and port, and a CLIENT span. What the user wrote into
 * {@code Authorization}, {@code Proxy-Authorization} and {@code Cookie} does not leave the origin
 * it was written for. Which redirects are followed is OkHttp's own to say.
 *
 * <p>Interceptors and callbacks run in the Context in which the call was made.
 *
 * <p><b>Shape.</b> It is the last that is set up: an {@code eventListenerFactory}, {@code
 * eventListener} or {@code dispatcher} that is set later replaces ours, and then an asynchronous
 * call carries nothing. The dispatcher's limits are taken over, and later changes are to be made at
 * the new one. What answers a call from a cache has no span; a {@code Cache} does not store the
 * answer to a request that got more than its trace, which is shown as {@code no-store}. {@link
 * OkHttpClient#newWebSocket} carries nothing; {@link #webSockets} are for that.
 *
 * <p><b>Threading.</b> The clients are safe from any thread, the builders for one.
 */
public final class WaybillOkHttp {
  private WaybillOkHttp() {}

  /** Adds Waybill to the clients that {@code builder} builds, and returns it. */
  public static OkHttpClient.Builder install(OkHttpClient.Builder builder, Waybill waybill) {
    requireNonNull(waybill, "waybill");
    OkHttpClient users = builder.build();
    // Outermost and innermost: the user's run in the Context of the call, and once.
    boolean isFirst = builder.interceptors().isEmpty();
    if (!isFirst) {
      builder.interceptors().add(0, new CallInterceptor(waybill));
    }
    return builder
        .eventListenerFactory(new CallListeners(waybill, users.eventListenerFactory()))
        .dispatcher(dispatcher(users.dispatcher()))
        .addInterceptor(new RepeatInterceptor(waybill, isFirst))
        .addNetworkInterceptor(new AttemptInterceptor(waybill));
  }

  /**
   * Returns what opens web sockets over {@code client}, in which Waybill may be installed or not.
   * The handshake carries the caller's request as a call does, and the listener runs in the Context
   * of who opens the socket. It follows no redirect. A credential is attached, and renewed after a
   * rejection, but the handshake is not made again.
   */
  public static WebSocket.Factory webSockets(OkHttpClient client, Waybill waybill) {
    return WebSockets.over(requireNonNull(client, "client"), requireNonNull(waybill, "waybill"));
  }

  private static Dispatcher dispatcher(Dispatcher users) {
    Dispatcher ours = new Dispatcher(new CallThreads(users.executorService()));
    ours.setMaxRequests(users.getMaxRequests());
    ours.setMaxRequestsPerHost(users.getMaxRequestsPerHost());
    ours.setIdleCallback(users.getIdleCallback());
    return ours;
  }
}
