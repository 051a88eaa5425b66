package io.waybill.http.webflux;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.waybill.http.HttpServerSpan;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;

/**
 * One HTTP request and its answer. It lies in an attribute of the exchange.
 *
 * @param outer of another Waybill, whose filter is further out; null if there is none
 */
record ServerExchange(IncomingCall incoming, ServerWebExchange exchange, @Nullable Object outer) {
  private static final String ATTRIBUTE = ServerExchange.class.getName();
  private static final String RESPONSE_ID = "x-request-id";
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final int NONE = 0;
  private static final int DEPTH = 10; // of causes, which may go round

  static ServerExchange open(Waybill waybill, ServerWebExchange exchange) {
    ServerHttpRequest request = exchange.getRequest();
    String method = request.getMethod().name();
    Peer peer = ServerPeer.of(request);
    IncomingCall incoming =
        waybill.receive(
            request.getHeaders(),
            SpringHeaders.RECEIVED,
            peer,
            HttpServerSpan.name(method, null),
            span -> describe(span, method, request.getURI(), peer));
    ServerExchange opened =
        new ServerExchange(incoming, exchange, exchange.getAttribute(ATTRIBUTE));
    exchange.getAttributes().put(ATTRIBUTE, opened);
    String id = incoming.responseId();
    if (id != null) {
      exchange.getResponse().getHeaders().set(RESPONSE_ID, id);
    }
    return opened;
  }

  private static void describe(SpanBuilder span, String method, URI uri, Peer peer) {
    String scheme = uri.getScheme();
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(scheme) ? 443 : 80;
    HttpServerSpan.describe(
        span,
        method,
        String.valueOf(scheme),
        uri.getRawPath(),
        uri.getRawQuery(),
        String.valueOf(uri.getHost()),
        port,
        null);
    HttpServerSpan.describePeer(span, peer.remote());
  }

  /**
   * Returns whether {@code waybill} has received the request already: its filter is there twice.
   */
  static boolean isReceived(Waybill waybill, ServerWebExchange exchange) {
    Object found = exchange.getAttribute(ATTRIBUTE);
    while (found instanceof ServerExchange received) {
      if (waybill.hasReceived(received.incoming)) {
        return true;
      }
      found = received.outer;
    }
    return false;
  }

  Context context() {
    return incoming.context();
  }

  /** Returns {@code chain}, which ends the request when it does, in whatever way. */
  Mono<Void> ending(Mono<Void> chain) {
    return chain
        .doOnSuccess(nothing -> end(status(OK), null))
        .doOnError(failure -> failed(failure))
        .doOnCancel(() -> end(status(NONE), null));
  }

  /** An error that is an answer by itself, as of an unknown path, is no fault of the server's. */
  private void failed(Throwable failure) {
    int made = answerOf(failure);
    int status = exchange.getResponse().isCommitted() ? status(OK) : made;
    end(status, made < SERVER_ERROR ? null : failure);
  }

  /** Returns what Spring makes of {@code failure} in front of all filters, if nobody else does. */
  private static int answerOf(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEPTH; depth++) {
      if (cause instanceof ErrorResponse answer) {
        return answer.getStatusCode().value();
      }
      ResponseStatus said =
          AnnotatedElementUtils.findMergedAnnotation(cause.getClass(), ResponseStatus.class);
      if (said != null) {
        return said.code().value();
      }
      cause = cause.getCause();
    }
    return SERVER_ERROR;
  }

  private int status(int unset) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    boolean isSaid = unset != NONE || exchange.getResponse().isCommitted();
    return status != null && isSaid ? status.value() : unset;
  }

  private void end(int status, @Nullable Throwable failure) {
    incoming.endWith(this, (span, ended) -> ended.showAnswer(span, status, failure));
  }

  private void showAnswer(Span span, int status, @Nullable Throwable failure) {
    Object route = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    if (route instanceof PathPattern pattern) {
      HttpServerSpan.matched(
          span, exchange.getRequest().getMethod().name(), pattern.getPatternString());
    }
    HttpServerSpan.answered(span, status, failure);
  }
}
