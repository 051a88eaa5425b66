package io.waybill.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a request that is served is shown as a SERVER span.
 *
 * <p><b>Source.</b> OpenTelemetry semantic conventions 1.45, HTTP. Messages of exceptions are left
 * out, since they may hold a value.
 */
public final class HttpServerSpan {
  private static final int LEAST_STATUS = 100;
  private static final int SERVER_ERROR = 500;

  private HttpServerSpan() {}

  /** Returns the span's name: the method and, where it is known, the route. */
  public static String name(String method, @Nullable String route) {
    String known = HttpMethod.spanName(method);
    return route == null ? known : known + " " + route;
  }

  /**
   * Sets what is known before the request is served.
   *
   * @param query null if the target has none; credentials in it are redacted
   * @param host the server's name, as the client called it
   * @param route the pattern that the path matched; null if it is not known
   */
  public static void describe(
      SpanBuilder span,
      String method,
      String scheme,
      String path,
      @Nullable String query,
      String host,
      int port,
      @Nullable String route) {
    HttpMethod.describe(span, method);
    span.setAttribute(HttpAttributes.URL_SCHEME, scheme);
    span.setAttribute(HttpAttributes.URL_PATH, path);
    if (query != null) {
      span.setAttribute(HttpAttributes.URL_QUERY, ShownUrl.query(query));
    }
    span.setAttribute(HttpAttributes.SERVER_ADDRESS, host);
    span.setAttribute(HttpAttributes.SERVER_PORT, (long) port);
    if (route != null) {
      span.setAttribute(HttpAttributes.ROUTE, route);
    }
  }

  /**
   * Sets who sent the request, by address. Nothing is looked up: a name is no address, and what
   * stands for one behind a proxy may be any text.
   *
   * @param remote the address as the server tells it, or null if it does not
   */
  public static void describePeer(SpanBuilder span, @Nullable SocketAddress remote) {
    if (remote instanceof InetSocketAddress socket && socket.getAddress() != null) {
      String address = socket.getAddress().getHostAddress();
      span.setAttribute(HttpAttributes.CLIENT_ADDRESS, address);
      span.setAttribute(HttpAttributes.PEER_ADDRESS, address);
      if (socket.getPort() > 0) {
        span.setAttribute(HttpAttributes.PEER_PORT, (long) socket.getPort());
      }
    }
  }

  /**
   * Sets the route where it is found only after the span has started.
   *
   * @param route the pattern that the path matched
   */
  public static void matched(Span span, String method, String route) {
    span.updateName(name(method, route));
    span.setAttribute(HttpAttributes.ROUTE, route);
  }

  /**
   * Sets what was answered.
   *
   * @param status what goes over the wire; less than 100 if nothing does
   * @param failure what the handler threw; null if it did not
   */
  public static void answered(Span span, int status, @Nullable Throwable failure) {
    if (status >= LEAST_STATUS) {
      span.setAttribute(HttpAttributes.STATUS, (long) status);
    }
    if (failure != null) {
      span.setAttribute(HttpAttributes.ERROR_TYPE, failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    } else if (status >= SERVER_ERROR) {
      span.setAttribute(HttpAttributes.ERROR_TYPE, Integer.toString(status));
      span.setStatus(StatusCode.ERROR);
    }
  }
}
