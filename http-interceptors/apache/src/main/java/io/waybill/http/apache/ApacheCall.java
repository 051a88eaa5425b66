package io.waybill.http.apache;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.http.HttpRedirect;
import io.waybill.sdk.Waybill;
import java.net.URI;
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
  private static final URI NOWHERE = URI.create("unknown:/");

  private final HttpClientCall http;
  private final boolean cached;
  private volatile @Nullable URI first;
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
    URI uri = address(route.getTargetHost(), request.getPath());
    URI origin = first;
    if (origin == null) {
      first = uri;
    } else if (!HttpRedirect.isSameOrigin(origin, uri)) {
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
    return http.attempt(request.getMethod(), uri, sent.getAndIncrement());
  }

  /** The cache knows the request without our headers, and would answer another user with this. */
  void guard(HttpAttempt attempt, HttpResponse answer) {
    if (cached && attempt.isPersonal()) {
      answer.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
  }

  /** Requests may hold a path that is no part of an address by the JDK's rules. */
  private static URI address(HttpHost host, @Nullable String path) {
    String origin = host.toURI();
    try {
      return URI.create(path != null && path.startsWith("/") ? origin + path : origin + "/");
    } catch (IllegalArgumentException badPath) {
      return origin(origin);
    }
  }

  private static URI origin(String origin) {
    try {
      return URI.create(origin + "/");
    } catch (IllegalArgumentException nobody) {
      return NOWHERE; // no rule can name it
    }
  }
}
