package io.waybill.http.servlet;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SERVER span of a request, by OpenTelemetry's semantic conventions for HTTP. */
final class HttpSpan {
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");
  private static final int SERVER_ERROR = 500;

  private HttpSpan() {}

  /** Returns the method and, where it is known, the route. */
  static String name(HttpServletRequest request) {
    String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "HTTP";
    String route = route(request);
    return route == null ? method : method + " " + route;
  }

  /** Sets what is known before the request is served. */
  static void describe(SpanBuilder span, HttpServletRequest request) {
    String method = request.getMethod();
    if (METHODS.contains(method)) {
      span.setAttribute("http.request.method", method);
    } else {
      span.setAttribute("http.request.method", "_OTHER");
      span.setAttribute("http.request.method_original", method);
    }
    span.setAttribute("url.scheme", request.getScheme());
    span.setAttribute("url.path", request.getRequestURI());
    if (request.getQueryString() != null) {
      span.setAttribute("url.query", request.getQueryString());
    }
    span.setAttribute("server.address", request.getServerName());
    span.setAttribute("server.port", (long) request.getServerPort());
    String route = route(request);
    if (route != null) {
      span.setAttribute("http.route", route);
    }
  }

  /** Sets what was answered; for an uncaught exception, what the container is about to answer. */
  static void answered(Span span, HttpServletResponse response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (failure != null && status < SERVER_ERROR && !response.isCommitted()) {
      status = SERVER_ERROR;
    }
    span.setAttribute("http.response.status_code", (long) status);
    if (failure != null) {
      span.setAttribute("error.type", failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    } else if (status >= SERVER_ERROR) {
      span.setAttribute("error.type", Integer.toString(status));
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** The pattern of the servlet, unless it is the one that takes everything that is left. */
  private static @Nullable String route(HttpServletRequest request) {
    HttpServletMapping mapping = request.getHttpServletMapping();
    if (mapping == null
        || mapping.getMappingMatch() == null
        || mapping.getMappingMatch() == MappingMatch.DEFAULT) {
      return null;
    }
    String pattern = mapping.getPattern();
    return request.getContextPath() + (pattern.startsWith("/") ? pattern : "/" + pattern);
  }
}
