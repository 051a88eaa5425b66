package io.waybill.http.webflux;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.http.HttpTarget;
import io.waybill.sdk.Waybill;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One call, for one subscriber.
 *
 * @param around the span that was current around it, or Micrometer's: it may be of the call
 */
record ClientExchange(
    Waybill waybill,
    HttpClientCall call,
    Span around,
    ClientRequest request,
    ExchangeFunction next) {

  /**
   * Returns what sends the request.
   *
   * @param resends how often it was sent before
   */
  Mono<ClientResponse> send(int resends) {
    HttpAttempt attempt =
        call.attempt(request.method().name(), HttpTarget.of(request.url()), resends);
    CompletableFuture<Boolean> due = attempt.due(request.headers()::containsHeader, null);
    Mono<ClientResponse> sent = Mono.defer(() -> exchange(attempt, resends));
    return due == null ? sent : outcome(due).then(sent);
  }

  private Mono<ClientResponse> exchange(HttpAttempt attempt, int resends) {
    try {
      SentRequest sent = release(attempt);
      return answer(attempt, sent)
          .doOnError(attempt::failed)
          .doOnCancel(() -> attempt.failed(new CancellationException()))
          .doOnSuccess(response -> end(attempt, response))
          .flatMap(response -> decide(sent, response, resends));
    } catch (Throwable failure) {
      attempt.failed(failure);
      throw failure;
    }
  }

  /** Runs codecs of the caller's in its Context, with the span that others may have of the call. */
  private SentRequest release(HttpAttempt attempt) {
    try (Scope ignored = call.callbacks().with(around).makeCurrent()) {
      return new SentRequest(waybill, request, attempt);
    }
  }

  /** Lets the rest of the filters and the connector run without baggage. */
  private Mono<ClientResponse> answer(HttpAttempt attempt, SentRequest sent) {
    try (Scope ignored = attempt.context().makeCurrent()) {
      return Sending.of(next.exchange(sent.released()), attempt.context())
          .contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, attempt.context()));
    }
  }

  /** A filter below may answer with nothing at all. */
  private static void end(HttpAttempt attempt, @Nullable ClientResponse response) {
    if (response == null) {
      attempt.failed(new IllegalStateException("no response"));
    } else {
      attempt.answered(response.statusCode().value());
    }
  }

  private Mono<ClientResponse> decide(SentRequest sent, ClientResponse response, int resends) {
    ClientRequest again = resends == 0 ? sent.again() : null;
    CompletableFuture<Boolean> renewal = rejected(sent.last(), response, again != null);
    return renewal == null || again == null
        ? Mono.just(response)
        : afterRenewal(renewal, response, Mono.defer(() -> repeating(again).send(resends + 1)));
  }

  private ClientExchange repeating(ClientRequest again) {
    return new ClientExchange(waybill, call, around, again, next);
  }

  private @Nullable CompletableFuture<Boolean> rejected(
      HttpAttempt attempt, ClientResponse response, boolean canRepeat) {
    try (Scope ignored = call.callbacks().makeCurrent()) {
      return attempt.rejected(
          response.statusCode().value(),
          () -> response.headers().header(HttpHeaders.WWW_AUTHENTICATE),
          canRepeat,
          null);
    }
  }

  private static Mono<ClientResponse> afterRenewal(
      CompletableFuture<Boolean> renewal, ClientResponse response, Mono<ClientResponse> again) {
    AtomicBoolean isTaken = new AtomicBoolean();
    return outcome(renewal)
        .doOnCancel(() -> drop(isTaken, response))
        .flatMap(
            repeats -> {
              if (repeats) {
                drop(isTaken, response);
                return again;
              }
              return isTaken.compareAndSet(false, true) ? Mono.just(response) : Mono.empty();
            });
  }

  /**
   * Reads what nobody is left to read: the connection waits for that. The call does not: a
   * connector may lose the end of an empty body, as Jetty's does where it comes in as somebody
   * subscribes.
   */
  private static void drop(AtomicBoolean isTaken, ClientResponse response) {
    if (isTaken.compareAndSet(false, true)) {
      response.releaseBody().onErrorComplete().subscribe();
    }
  }

  /**
   * Returns whether a renewal came to true; a failure is none. It is shared: a cancel does not
   * reach it, and what follows runs on no thread that does another request's renewal.
   */
  private static Mono<Boolean> outcome(CompletableFuture<Boolean> renewal) {
    CompletableFuture<Boolean> handled =
        renewal.handle((value, failure) -> Boolean.TRUE.equals(value));
    return Mono.fromFuture(handled, true).publishOn(Schedulers.boundedElastic());
  }
}
