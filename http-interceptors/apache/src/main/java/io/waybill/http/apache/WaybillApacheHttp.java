package io.waybill.http.apache;

import static java.util.Objects.requireNonNull;

import io.waybill.sdk.Waybill;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.H2AsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * Makes Apache HttpClients carry the caller's request to other services.
 *
 * <pre>{@code
 * CloseableHttpClient client =
 *     WaybillApacheHttp.install(HttpClientBuilder.create(), waybill).build();
 * }</pre>
 *
 * <p>Each request gets what the policy releases to the scheme, host and port of its route, and one
 * CLIENT span. Each redirect and retry is decided anew, and what the user wrote into {@code
 * Authorization}, {@code Proxy-Authorization} and {@code Cookie} of a request does not leave the
 * origin it was written for. Nothing is kept in an {@code HttpClientContext}.
 *
 * <p><b>Shape.</b> A {@code baggage} header that the user wrote into a request is merged into the
 * one that goes out. Default headers, cookies of the store and request interceptors of the builder
 * are added by the client below Waybill, for every destination alike. A cache does not store the
 * answer to a request that got more than its trace, which is shown as {@code no-store}.
 *
 * <p><b>Threading.</b> For one thread, as the builders; the clients are safe from any.
 */
public final class WaybillApacheHttp {
  private static final String CALL = "waybill-call";
  private static final String ATTEMPT = "waybill-attempt";
  private static final String TRANSPORT = "waybill-transport";

  private WaybillApacheHttp() {}

  /**
   * Adds Waybill to the clients that {@code builder} makes; once for each builder.
   *
   * @return {@code builder}
   */
  public static HttpClientBuilder install(HttpClientBuilder builder, Waybill waybill) {
    requireNonNull(waybill, "waybill");
    return install(builder, () -> waybill);
  }

  /**
   * Adds Waybill to the clients that {@code builder} makes; once for each builder. For a set-up
   * whose credentials are renewed by such a client: the first call asks for it.
   *
   * @param waybill asked at every call; returns the same each time
   * @return {@code builder}
   */
  public static HttpClientBuilder install(HttpClientBuilder builder, Supplier<Waybill> waybill) {
    ClassicCalls calls = new ClassicCalls(requireNonNull(waybill, "waybill"), hasCache(builder));
    return builder
        .addExecInterceptorFirst(CALL, calls::call)
        .addExecInterceptorAfter(ChainElement.PROTOCOL.name(), ATTEMPT, calls::attempt);
  }

  /**
   * Adds Waybill to the asynchronous clients that {@code builder} makes; once for each builder.
   * Entity producers, response consumers and callbacks run in the Context in which {@code execute}
   * was called.
   *
   * @return {@code builder}
   */
  public static HttpAsyncClientBuilder install(HttpAsyncClientBuilder builder, Waybill waybill) {
    AsyncCalls calls = new AsyncCalls(requireNonNull(waybill, "waybill"), hasCache(builder));
    return builder
        .addExecInterceptorFirst(CALL, calls::call)
        .addExecInterceptorAfter(ChainElement.PROTOCOL.name(), ATTEMPT, calls::attempt)
        .addExecInterceptorLast(TRANSPORT, calls::transport);
  }

  /**
   * Adds Waybill to the asynchronous HTTP/2 clients that {@code builder} makes; once for each
   * builder. Entity producers, response consumers and callbacks run in the Context in which {@code
   * execute} was called.
   *
   * @return {@code builder}
   */
  public static H2AsyncClientBuilder install(H2AsyncClientBuilder builder, Waybill waybill) {
    AsyncCalls calls = new AsyncCalls(requireNonNull(waybill, "waybill"), hasCache(builder));
    return builder
        .addExecInterceptorFirst(CALL, calls::call)
        .addExecInterceptorAfter(ChainElement.PROTOCOL.name(), ATTEMPT, calls::attempt)
        .addExecInterceptorLast(TRANSPORT, calls::transport);
  }

  /** Its builders are in an artifact that few have, and extend those that are known here. */
  private static boolean hasCache(Object builder) {
    return builder.getClass().getName().startsWith("org.apache.hc.client5.http.impl.cache.");
  }
}
