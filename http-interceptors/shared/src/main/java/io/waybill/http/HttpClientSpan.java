package io.waybill.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.waybill.sdk.policy.Destination;
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
   * @param target where it goes; what is a credential in its address is redacted
   * @param resends how often it was sent before, by a redirect or a retry
   */
  public static void describe(SpanBuilder span, String method, HttpTarget target, int resends) {
    HttpMethod.describe(span, method);
    span.setAttribute(HttpAttributes.URL_FULL, target.shown());
    Destination destination = target.destination();
    if (destination != null) {
      span.setAttribute(HttpAttributes.SERVER_ADDRESS, destination.host());
      span.setAttribute(HttpAttributes.SERVER_PORT, (long) destination.port());
    }
    if (resends > 0) {
      span.setAttribute(HttpAttributes.RESEND_COUNT, (long) resends);
    }
  }

  /** Sets what came back. */
  public static void answered(Span span, int status) {
    span.setAttribute(HttpAttributes.STATUS, (long) status);
    if (status >= LEAST_ERROR) {
      span.setAttribute(HttpAttributes.ERROR_TYPE, Integer.toString(status));
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** Sets why nothing came back, by the class of {@code failure}. */
  public static void failed(Span span, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable shown = failure instanceof CompletionException && cause != null ? cause : failure;
    span.setAttribute(HttpAttributes.ERROR_TYPE, shown.getClass().getName());
    span.setStatus(StatusCode.ERROR);
  }
}
