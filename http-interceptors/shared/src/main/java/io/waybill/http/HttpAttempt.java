package io.waybill.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.RequestScope;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.credential.Rejection;
import io.waybill.sdk.policy.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request of a call on its way to one server: the user's, or one that a redirect or a retry
 * asked for. Each crosses the border by itself, from the caller's Context, and has its own span.
 *
 * <p>Wait for {@link #due}, {@link #release} into the request's headers, make {@link #context}
 * current around what sends it, ask {@link #rejected} of an answer, and tell {@link #answered} or
 * {@link #failed}, whichever comes first.
 *
 * <p><b>Threading.</b> One thread until {@code release} is done; then any.
 */
public final class HttpAttempt {
  private static final String BAGGAGE = "baggage";
  private static final Set<String> TRACE = Set.of("traceparent", "tracestate");
  private static final int FIRST_REDIRECTION = 300;

  private final HttpClientCall call;
  private final String method;
  private final HttpTarget target;
  private final int resends;
  private final OutgoingCall outgoing;
  private volatile boolean personal;

  HttpAttempt(HttpClientCall call, String method, HttpTarget target, int resends) {
    this.call = call;
    this.method = method;
    this.target = target;
    this.resends = resends;
    this.outgoing = send(call, target);
  }

  private static OutgoingCall send(HttpClientCall call, HttpTarget target) {
    Waybill waybill = call.waybill();
    return waybill.skipsAny()
        ? waybill.send(call.caller(), target.destination(), target.path())
        : waybill.send(call.caller(), target.destination());
  }

  /**
   * Returns what is to be waited for before this is sent, whatever comes of it; null for nothing.
   *
   * @param isWritten whether the application has written that header into the request itself
   * @param patience how long the caller waits; null for as long as a renewal may take
   */
  public @Nullable CompletableFuture<Boolean> due(
      Predicate<String> isWritten, @Nullable Duration patience) {
    Authorization authorization = call.authorization();
    return authorization == null || !authorization.expires()
        ? null
        : authorization.due(
            target.destination(), isWritten, patience, Span.fromContext(call.caller()));
  }

  /**
   * Starts the span and makes the request's headers those that go out: without what the application
   * or others wrote and this server may not have, with what it may.
   *
   * @param request holds the headers as the application made them, without anything of another
   *     attempt
   */
  public <C> void release(C request, HttpHeaders<C> headers) {
    start(request, headers);
    List<String> present = lines(headers.getAll(request, BAGGAGE));
    headers.remove(request, BAGGAGE);
    outgoing.takeOut(request, headers::remove);
    TextMapSetter<C> setter = (to, name, value) -> set(headers, to, name, value);
    Authorization authorization = call.authorization();
    if (authorization != null) {
      authorization.attach(target.destination(), request, headers::contains, setter);
    }
    Limits limits = call.waybill().limits();
    int room = HeaderRoom.left(limits, method, target, headers.size(request));
    outgoing.inject(request, setter, present, limits.httpBytes(), room);
  }

  private <C> void set(HttpHeaders<C> headers, @Nullable C request, String name, String value) {
    headers.set(request, name, value);
    personal = personal || !TRACE.contains(name);
  }

  /**
   * Returns whether the request has got more than its trace, so that the answer may be for one user
   * alone. A cache above the adapter, which sees the request without that, must not store it.
   */
  public boolean isPersonal() {
    return personal;
  }

  private <C> void start(C request, HttpHeaders<C> headers) {
    outgoing.start(
        request,
        headers,
        HttpClientSpan.name(method),
        span -> HttpClientSpan.describe(span, method, target, resends));
  }

  /**
   * Shows an attempt that has failed before there was anybody to send it to, instead of {@code
   * release}.
   */
  public <C> void unsent(C request, HttpHeaders<C> headers, Throwable failure) {
    start(request, headers);
    failed(failure);
  }

  private static List<String> lines(Iterator<String> lines) {
    if (!lines.hasNext()) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    lines.forEachRemaining(all::add);
    return all;
  }

  /** Returns the Context for what sends the request, whatever that leaves open in it. */
  public Context context() {
    return RequestScope.restoring(outgoing.context());
  }

  /**
   * Returns how many bytes of the body are to be kept while it is sent; -1 if it will not be sent
   * again for a rejection.
   */
  public int replayLimit() {
    Authorization authorization = call.authorization();
    return authorization == null ? -1 : authorization.replayLimit();
  }

  /**
   * Asks whether the request is to be sent again, since the answer rejected its credential.
   *
   * @param challenges the lines of {@code WWW-Authenticate}
   * @param canRepeat whether it could be sent again: its body is kept, or there is none
   * @param patience how long the caller waits; null for as long as a renewal may take
   * @return null where the answer is the user's at once; else whether it is to be sent again
   */
  public @Nullable CompletableFuture<Boolean> rejected(
      int status,
      Supplier<List<String>> challenges,
      boolean canRepeat,
      @Nullable Duration patience) {
    Authorization authorization = call.authorization();
    if (authorization == null || status < FIRST_REDIRECTION) {
      return null;
    }
    return authorization.rejected(
        Rejection.http(status, challenges.get()),
        canRepeat,
        patience,
        Span.fromContext(outgoing.context()));
  }

  /** Ends the attempt with an answer. */
  public void answered(int status) {
    outgoing.endWith(status, HttpClientSpan::answered);
  }

  /** Ends the attempt without an answer. */
  public void failed(Throwable failure) {
    outgoing.endWith(failure, HttpClientSpan::failed);
  }
}
