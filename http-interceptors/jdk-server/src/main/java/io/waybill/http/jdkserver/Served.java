package io.waybill.http.jdkserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.RequestScope;
import io.waybill.http.HttpServerSpan;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One request and its answer. It ends when both the handler and the answer are done. */
final class Served {
  private static final String RESPONSE_ID = "x-request-id";
  private static final int HANDLER = 1;
  private static final int HANDLER_AND_ANSWER = 2;
  private static final ContextKey<Served> KEY = ContextKey.named("waybill-served");

  private final IncomingCall incoming;
  private final HttpExchange exchange;
  private final HttpExchange shown;
  private final Context context;
  // Of another Waybill, whose filter is further out.
  private final @Nullable Served around;
  private final AtomicInteger open;

  private Served(
      IncomingCall incoming, HttpExchange exchange, @Nullable Served around, boolean asIs) {
    this.incoming = incoming;
    this.exchange = exchange;
    this.around = around;
    this.context = incoming.context().with(KEY, this);
    this.shown = asIs ? exchange : ServedExchange.of(this, exchange);
    this.open = new AtomicInteger(asIs ? HANDLER : HANDLER_AND_ANSWER);
  }

  /** Returns that of an exchange that has come through a filter of ours, or null. */
  static @Nullable Served ofOrNull(HttpExchange exchange) {
    Served current = Context.current().get(KEY);
    return current != null && current.shown == exchange ? current : null;
  }

  /**
   * Opens a request.
   *
   * @param around that of another filter further out, or null
   * @param asIs whether those behind see the server's own exchange
   */
  static Served receive(
      Waybill waybill, HttpExchange exchange, @Nullable Served around, boolean asIs) {
    String method = exchange.getRequestMethod();
    Peer peer = peer(exchange);
    String route = route(exchange);
    IncomingCall incoming =
        waybill.receive(
            exchange,
            RequestHeaders.INSTANCE,
            peer,
            HttpServerSpan.name(method, route),
            span -> describe(span, exchange, method, route, peer));
    String id = incoming.responseId();
    if (id != null) {
      exchange.getResponseHeaders().set(RESPONSE_ID, id);
    }
    return new Served(incoming, exchange, around, asIs);
  }

  private static void describe(
      SpanBuilder span, HttpExchange exchange, String method, @Nullable String route, Peer peer) {
    InetSocketAddress local = exchange.getLocalAddress();
    HttpServerSpan.describe(
        span,
        method,
        exchange instanceof HttpsExchange ? "https" : "http",
        path(exchange),
        exchange.getRequestURI().getRawQuery(),
        local.getHostString(),
        local.getPort(),
        route);
    HttpServerSpan.describePeer(span, peer.remote());
  }

  /** Returns the path as it was asked for; {@code OPTIONS *} and others have none. */
  static String path(HttpExchange exchange) {
    String path = exchange.getRequestURI().getRawPath();
    return path == null ? "" : path;
  }

  /** Returns the path of the context; null where it is the one that takes everything. */
  private static @Nullable String route(HttpExchange exchange) {
    String path = exchange.getHttpContext().getPath();
    return path.equals("/") ? null : path;
  }

  private static Peer peer(HttpExchange exchange) {
    return Peer.of(verified(exchange), exchange.getRemoteAddress(), exchange.getLocalAddress());
  }

  private static Certificate[] verified(HttpExchange exchange) {
    SSLSession session = exchange instanceof HttpsExchange secure ? secure.getSSLSession() : null;
    try {
      return session == null ? new Certificate[0] : session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException anonymous) {
      return new Certificate[0];
    }
  }

  boolean isBy(Waybill waybill) {
    return waybill.hasReceived(incoming) || (around != null && around.isBy(waybill));
  }

  /** Returns the Context for what is behind the filter, whatever that leaves open in it. */
  Context context() {
    return RequestScope.restoring(context);
  }

  /** Returns the exchange for what is behind the filter. */
  HttpExchange shown() {
    return shown;
  }

  /** The handler has returned, or the answer is complete; each is told once. */
  void done() {
    if (open.decrementAndGet() == 0) {
      end(null);
    }
  }

  /** The handler has thrown: the server closes the connection. */
  void failed(Throwable failure) {
    end(failure);
  }

  private void end(@Nullable Throwable failure) {
    incoming.endWith(this, (span, ended) -> ended.show(span, failure));
  }

  private void show(Span span, @Nullable Throwable failure) {
    HttpServerSpan.answered(span, exchange.getResponseCode(), failure);
  }
}
