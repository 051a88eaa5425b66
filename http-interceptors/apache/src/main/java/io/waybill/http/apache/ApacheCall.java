package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.http.HttpRedirect;
import io.waybill.http.HttpTarget;
import io.waybill.sdk.Waybill;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * What all requests of one call share: who made it, and where it began.
 *
 * <p><b>Threading.</b> One attempt at a time, on whatever thread.
 */
final class ApacheCall {
  private static final char DELETE = 0x7F;

  private final HttpClientCall http;
  private final boolean cached;
  private volatile @Nullable HttpTarget first;
  private volatile boolean hasLeft;
  private final AtomicInteger sent = new AtomicInteger();

  private ApacheCall(HttpClientCall http, boolean cached) {
    this.http = http;
    this.cached = cached;
  }

  /**
   * Returns a call that is made by who is current.
   *
   * @param cached whether the client keeps answers
   */
  static ApacheCall ofCurrent(Waybill waybill, boolean cached) {
    return new ApacheCall(HttpClientCall.of(waybill, Context.current()), cached);
  }

  Context callbacks() {
    return http.callbacks();
  }

  /**
   * Decides what goes along with a request.
   *
   * @param request will be sent, and loses what may not leave the origin it was written for
   * @param route where it is really sent, whatever its {@code Host} says
   * @param users the request as it was before the client added anything
   */
  HttpAttempt attempt(HttpRequest request, HttpRoute route, HttpRequest users) {
    HttpTarget target = target(route.getTargetHost(), request.getPath());
    HttpTarget origin = first;
    if (origin == null) {
      first = target;
    } else if (!target.isSameOrigin(origin)) {
      hasLeft = true;
    }
    if (hasLeft) {
      // Not those that the client found for this host by itself: its cookies, its authentication.
      for (Header header : users.getHeaders()) {
        if (!HttpRedirect.keeps(header.getName(), false, false)) {
          request.removeHeaders(header.getName());
        }
      }
    }
    return http.attempt(request.getMethod(), target, sent.getAndIncrement());
  }

  /** The cache knows the request without our headers, and would answer another user with this. */
  void guard(HttpAttempt attempt, HttpResponse answer) {
    if (cached && attempt.isPersonal()) {
      answer.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
  }

  private static HttpTarget target(HttpHost host, @Nullable String path) {
    String shownPath = path != null && path.startsWith("/") && isVisible(path) ? path : "/";
    return HttpTarget.of(
        host.getSchemeName(), host.getHostName(), host.getPort(), host.toURI() + shownPath);
  }

  /** Requests may hold a path of any text, which is not for a span. */
  private static boolean isVisible(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) <= ' ' || path.charAt(i) >= DELETE) {
        return false;
      }
    }
    return true;
  }
}
