package io.waybill.http;

import io.opentelemetry.api.trace.SpanBuilder;
import java.util.Set;

/** The method of a request, as spans show it: an unknown one would be a name nobody foresaw. */
final class HttpMethod {
  private static final Set<String> KNOWN =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private HttpMethod() {}

  static String spanName(String method) {
    return KNOWN.contains(method) ? method : "HTTP";
  }

  static void describe(SpanBuilder span, String method) {
    if (KNOWN.contains(method)) {
      span.setAttribute(HttpAttributes.METHOD, method);
    } else {
      span.setAttribute(HttpAttributes.METHOD, "_OTHER");
      span.setAttribute(HttpAttributes.METHOD_ORIGINAL, method);
    }
  }
}
