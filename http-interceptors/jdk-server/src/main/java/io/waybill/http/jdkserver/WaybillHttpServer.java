package io.waybill.http.jdkserver;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpHandler;
import io.waybill.sdk.Waybill;
import java.util.List;

/**
 * Opens a request scope for each request of a {@link com.sun.net.httpserver.HttpServer}, with a
 * SERVER span, and keeps it current around the filters and the handler behind it.
 *
 * <pre>{@code
 * HttpContext orders = server.createContext("/orders", handler);
 * orders.getFilters().add(0, WaybillHttpServer.filter(waybill));
 * }</pre>
 *
 * <p>It belongs in front of the filters that authenticate, which then {@code identify} the request.
 * A handler may return first and answer later, from any thread: the request ends when the handler
 * has returned and the answer is complete, which is when its body or the exchange is closed. If the
 * handler throws, it ends at once, as the server then closes the connection. In front of an {@code
 * Authenticator}, which takes no exchange but the server's own, it ends when the handler returns:
 * handlers that answer later are to be {@linkplain #wrap wrapped} there.
 *
 * <p>The response gets the request's id as {@code x-request-id}, if that is made of the characters
 * that W3C Baggage allows in a value; never any other field. Nothing is kept in the attributes of
 * an exchange, which all requests of its {@code HttpContext} share.
 *
 * <p><b>Errors.</b> What the handler throws passes as it is.
 *
 * <p><b>Threading.</b> Safe from any thread; one filter may serve several contexts.
 */
public final class WaybillHttpServer {
  private WaybillHttpServer() {}

  /** Returns a filter, to be the first of its {@code HttpContext}. */
  public static Filter filter(Waybill waybill) {
    return new WaybillFilter(requireNonNull(waybill, "waybill"), false);
  }

  /**
   * Returns {@code handler} with the filter right in front of it: behind all other filters, and
   * behind the {@code Authenticator} of the {@code HttpContext}.
   */
  public static HttpHandler wrap(HttpHandler handler, Waybill waybill) {
    requireNonNull(handler, "handler");
    Filter filter = new WaybillFilter(requireNonNull(waybill, "waybill"), true);
    return exchange -> filter.doFilter(exchange, new Filter.Chain(List.of(), handler));
  }
}
