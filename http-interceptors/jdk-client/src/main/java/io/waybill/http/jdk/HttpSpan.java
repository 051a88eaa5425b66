package io.waybill.http.jdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** The CLIENT span of a hop, by OpenTelemetry's semantic conventions for HTTP. */
final class HttpSpan {
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");
  private static final int LEAST_ERROR = 400;

  private HttpSpan() {}

  /** Returns the method; not if it is an unknown one, which would be a name nobody foresaw. */
  static String name(HttpRequest request) {
    return METHODS.contains(request.method()) ? request.method() : "HTTP";
  }

  /** Sets what is known before the request goes out. */
  static void describe(SpanBuilder span, HttpRequest request, int resends) {
    String method = request.method();
    if (METHODS.contains(method)) {
      span.setAttribute("http.request.method", method);
    } else {
      span.setAttribute("http.request.method", "_OTHER");
      span.setAttribute("http.request.method_original", method);
    }
    span.setAttribute("url.full", withoutUserInfo(request.uri()));
    Destination destination = Destination.of(request.uri());
    if (destination != null) {
      span.setAttribute("server.address", destination.host());
      span.setAttribute("server.port", (long) destination.port());
    }
    if (resends > 0) {
      span.setAttribute("http.request.resend_count", (long) resends);
    }
  }

  /** Sets what came back. */
  static void answered(Span span, int status) {
    span.setAttribute("http.response.status_code", (long) status);
    if (status >= LEAST_ERROR) {
      span.setAttribute("error.type", Integer.toString(status));
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** Sets why nothing came back; by class alone, since a message may hold a value. */
  static void failed(Span span, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable shown = failure instanceof CompletionException && cause != null ? cause : failure;
    span.setAttribute("error.type", shown.getClass().getName());
    span.setStatus(StatusCode.ERROR);
  }

  private static String withoutUserInfo(URI uri) {
    String full = uri.toString();
    String authority = uri.getRawAuthority();
    // Not URI.getUserInfo: it is null where the host is no host name by its grammar.
    int at = authority == null ? -1 : authority.lastIndexOf('@');
    if (at < 0) {
      return full;
    }
    int start = full.indexOf(authority);
    return full.substring(0, start) + full.substring(start + at + 1);
  }
}
