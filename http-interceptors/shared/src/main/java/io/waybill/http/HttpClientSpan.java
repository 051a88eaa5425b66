package io.waybill.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.util.concurrent.CompletionException;

/**
 * How a request that is sent is shown as a CLIENT span.
 *
 * <p><b>Source.</b> OpenTelemetry semantic conventions 1.45, HTTP. Messages of exceptions are left
 * out, since they may hold a value.
 */
public final class HttpClientSpan {
  private static final int LEAST_ERROR = 400;

  private HttpClientSpan() {}

  /** Returns the span's name: the method, or {@code HTTP} for one that nobody foresaw. */
  public static String name(String method) {
    return HttpMethod.spanName(method);
  }

  /**
   * Sets what is known before the request goes out.
   *
   * @param uri the absolute address; what is a credential in it is redacted
   * @param resends how often it was sent before, by a redirect or a retry
   */
  public static void describe(SpanBuilder span, String method, URI uri, int resends) {
    HttpMethod.describe(span, method);
    span.setAttribute("url.full", ShownUrl.full(uri));
    Destination destination = Destination.of(uri);
    if (destination != null) {
      span.setAttribute("server.address", destination.host());
      span.setAttribute("server.port", (long) destination.port());
    }
    if (resends > 0) {
      span.setAttribute("http.request.resend_count", (long) resends);
    }
  }

  /** Sets what came back. */
  public static void answered(Span span, int status) {
    span.setAttribute("http.response.status_code", (long) status);
    if (status >= LEAST_ERROR) {
      span.setAttribute("error.type", Integer.toString(status));
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** Sets why nothing came back, by the class of {@code failure}. */
  public static void failed(Span span, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable shown = failure instanceof CompletionException && cause != null ? cause : failure;
    span.setAttribute("error.type", shown.getClass().getName());
    span.setStatus(StatusCode.ERROR);
  }
}
