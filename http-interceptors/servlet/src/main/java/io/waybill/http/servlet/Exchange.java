package io.waybill.http.servlet;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.RequestScope;
import io.waybill.http.HttpServerSpan;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its answer, over all dispatches. It lies in a request attribute, and is the
 * listener that ends the request if that becomes asynchronous.
 */
final class Exchange implements AsyncListener {
  // Another web application, which has these classes of its own, may forward its request here.
  private static final String ATTRIBUTE =
      Exchange.class.getName() + '@' + Integer.toHexString(System.identityHashCode(Exchange.class));
  private static final String RESPONSE_ID = "x-request-id";
  private static final ContextKey<Exchange> KEY = ContextKey.named("waybill-exchange");

  private final IncomingCall incoming;
  private final Asked asked;
  private final HttpServletResponse response;
  private final Context context;
  // Of another Waybill, whose filter is further out; and what it shows to code in front of it.
  private final @Nullable Object outer;
  private final @Nullable Object outerScope;
  // Of the handler that was found first: an error page has one too.
  private volatile @Nullable String route;
  private volatile boolean endsInListener;
  private volatile @Nullable Throwable failure;
  private volatile boolean answeredByContainer;

  private Exchange(
      IncomingCall incoming,
      Asked asked,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.incoming = incoming;
    this.asked = asked;
    this.response = response;
    this.outer = request.getAttribute(ATTRIBUTE);
    this.outerScope = request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE);
    this.context = incoming.context().with(KEY, this);
  }

  static Exchange open(
      Waybill waybill, Asked asked, HttpServletRequest request, HttpServletResponse response) {
    Peer peer = HttpPeer.of(request);
    IncomingCall received =
        waybill.receive(
            request,
            RequestHeaders.INSTANCE,
            peer,
            HttpServerSpan.name(asked.method(), asked.route()),
            span -> describe(span, request, asked, peer));
    Exchange exchange = new Exchange(received, asked, request, response);
    exchange.failed(Asked.failure(request));
    request.setAttribute(ATTRIBUTE, exchange);
    request.setAttribute(WaybillFilter.SCOPE_ATTRIBUTE, received.scope());
    return exchange;
  }

  private static void describe(
      SpanBuilder span, HttpServletRequest request, Asked asked, Peer peer) {
    HttpServerSpan.describe(
        span,
        asked.method(),
        request.getScheme(),
        asked.path(),
        asked.query(),
        request.getServerName(),
        request.getServerPort(),
        asked.route());
    HttpServerSpan.describePeer(span, peer.remote());
  }

  /** Returns the exchange of {@code waybill} that {@code request} belongs to; null if it is new. */
  static @Nullable Exchange ofOrNull(Waybill waybill, HttpServletRequest request) {
    Object found = request.getAttribute(ATTRIBUTE);
    while (found instanceof Exchange exchange) {
      if (waybill.hasReceived(exchange.incoming)) {
        return exchange;
      }
      found = exchange.outer;
    }
    return null;
  }

  /** Tells the client the id of its request, to quote when it complains. */
  void tellId(HttpServletResponse told) {
    String id = incoming.responseId();
    if (id != null) {
      told.setHeader(RESPONSE_ID, id);
    }
  }

  /**
   * Returns the Context for user code on this thread: the current one where it belongs to this
   * exchange, since a forward keeps what {@code with} set around it; else that of the request. What
   * runs in it gives the thread back what it held.
   */
  Context context() {
    Context current = Context.current();
    return RequestScope.restoring(current.get(KEY) == this ? current : context);
  }

  /** Notes what the request failed by; the first failure is the cause. */
  void failed(@Nullable Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  /** Notes what the container gets from the outermost chain, and answers by an error page. */
  void thrown(Throwable thrown) {
    failed(thrown);
    answeredByContainer = true;
  }

  /** Makes {@code started} end this request. */
  void listenTo(AsyncContext started) {
    learnRoute(started.getRequest());
    started.addListener(this);
    endsInListener = true;
  }

  /** Ends the request as the outermost chain is left, unless it goes on asynchronously. */
  void leave(HttpServletRequest outermost) {
    learnRoute(outermost);
    if (!endsInListener && outermost.isAsyncStarted()) {
      listenLate(outermost);
    }
    if (!endsInListener) {
      end();
    }
    if (outerScope != null) {
      outermost.setAttribute(WaybillFilter.SCOPE_ATTRIBUTE, outerScope);
    }
  }

  /** Notes which handler was found, before the end may come or an error page has another. */
  private void learnRoute(ServletRequest request) {
    if (route == null && request instanceof HttpServletRequest http) {
      route = Route.ofHandler(http);
    }
  }

  /** Somebody has started it behind the back of our wrapper. */
  private void listenLate(HttpServletRequest outermost) {
    try {
      listenTo(outermost.getAsyncContext());
    } catch (IllegalStateException over) {
      // Completed meanwhile: the request has ended.
    }
  }

  private void end() {
    incoming.endWith(this, (span, ended) -> ended.showAnswer(span));
  }

  private void showAnswer(Span span) {
    String found = route;
    if (found != null) {
      HttpServerSpan.matched(span, asked.method(), found);
    }
    Throwable thrown = failure;
    HttpServerSpan.answered(span, status(), thrown == null ? null : Failure.cause(thrown));
  }

  private int status() {
    Throwable thrown = failure;
    boolean isToCome = answeredByContainer && !response.isCommitted();
    return thrown != null && isToCome ? Failure.status(thrown) : response.getStatus();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  /** Nothing: the container makes an error page, and then completes. */
  @Override
  public void onTimeout(AsyncEvent event) {}

  @Override
  public void onError(AsyncEvent event) {
    failed(event.getThrowable());
  }

  /** Listens on: the container forgets its listeners when a new cycle starts. */
  @Override
  public void onStartAsync(AsyncEvent event) {
    listenTo(event.getAsyncContext());
  }
}
