package io.waybill.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * How a request that is served is shown as a SERVER span.
 *
 * <p><b>Source.</b> OpenTelemetry semantic conventions 1.45, HTTP. Messages of exceptions are left
 * out, since they may hold a value.
 */
public final class HttpServerSpan {
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
   * @param query null if the target has none
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
    span.setAttribute("url.scheme", scheme);
    span.setAttribute("url.path", path);
    if (query != null) {
      span.setAttribute("url.query", query);
    }
    span.setAttribute("server.address", host);
    span.setAttribute("server.port", (long) port);
    if (route != null) {
      span.setAttribute("http.route", route);
    }
  }

  /**
   * Sets what was answered.
   *
   * @param failure what the handler threw; null if it did not
   * @param committed whether the status went out before that; else an error is about to
   */
  public static void answered(
      Span span, int status, @Nullable Throwable failure, boolean committed) {
    boolean fails = failure != null && status < SERVER_ERROR && !committed;
    int told = fails ? SERVER_ERROR : status;
    span.setAttribute("http.response.status_code", (long) told);
    if (failure != null) {
      span.setAttribute("error.type", failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    } else if (told >= SERVER_ERROR) {
      span.setAttribute("error.type", Integer.toString(told));
      span.setStatus(StatusCode.ERROR);
    }
  }
}
