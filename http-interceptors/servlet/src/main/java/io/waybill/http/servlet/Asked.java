package io.waybill.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the client asked for. A filter that is not mapped for the first dispatch sees a request that
 * was moved: to an error page, say. The container keeps in attributes where it was before.
 *
 * @param query null if there is none
 * @param route the pattern of the servlet that the request was first for, or null if unknown
 */
record Asked(String method, String path, @Nullable String query, @Nullable String route) {
  private static final String ERROR = "jakarta.servlet.error.";
  // In this order: what is dispatched asynchronously may be forwarded from there.
  private static final List<String> MOVED =
      List.of("jakarta.servlet.async.", "jakarta.servlet.forward.");

  static Asked of(HttpServletRequest request) {
    return request.getDispatcherType() == DispatcherType.REQUEST ? asIs(request) : moved(request);
  }

  private static Asked asIs(HttpServletRequest request) {
    return new Asked(
        request.getMethod(),
        request.getRequestURI(),
        request.getQueryString(),
        Route.of(request.getContextPath(), request.getHttpServletMapping()));
  }

  private static Asked moved(HttpServletRequest request) {
    String failed = text(request, ERROR + "request_uri");
    if (failed != null) {
      return failed(request, failed);
    }
    for (String kind : MOVED) {
      String path = text(request, kind + "request_uri");
      if (path != null) {
        return new Asked(
            request.getMethod(), path, text(request, kind + "query_string"), route(request, kind));
      }
    }
    return asIs(request);
  }

  /** Servlet 6.0 keeps the method and the query as they were, 6.1 has attributes for them. */
  private static Asked failed(HttpServletRequest request, String path) {
    String method = text(request, ERROR + "method");
    return method == null
        ? new Asked(request.getMethod(), path, request.getQueryString(), null)
        : new Asked(method, path, text(request, ERROR + "query_string"), null);
  }

  private static @Nullable String route(HttpServletRequest request, String kind) {
    String context = text(request, kind + "context_path");
    return context != null
            && request.getAttribute(kind + "mapping") instanceof HttpServletMapping mapping
        ? Route.of(context, mapping)
        : null;
  }

  private static @Nullable String text(HttpServletRequest request, String attribute) {
    return request.getAttribute(attribute) instanceof String text ? text : null;
  }

  /** Returns what the request is an error page for, or null if it is for no exception. */
  static @Nullable Throwable failure(HttpServletRequest request) {
    return request.getDispatcherType() == DispatcherType.ERROR
            && request.getAttribute(ERROR + "exception") instanceof Throwable thrown
        ? thrown
        : null;
  }
}
