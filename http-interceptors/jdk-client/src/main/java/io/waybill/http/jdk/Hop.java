package io.waybill.http.jdk;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpTarget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to one server: the user's, or one that a redirect asked for. Each crosses
 * the border by itself, from the caller's Context, and has its own span.
 */
final class Hop<T> {
  private static final String CHALLENGE = "www-authenticate";

  private final Call<T> call;
  // Without anything of ours: the next hop is made from it.
  private final HttpRequest request;
  private final @Nullable BodyPublisher body;
  private final int resends;
  private final @Nullable HttpResponse<T> previous;
  private final UserCode user;
  private final HttpAttempt attempt;
  private @Nullable KeptBody kept;
  // Whether a rejection is answered by one more hop; null if there was none.
  private volatile @Nullable CompletableFuture<Boolean> again;

  /**
   * Decides what this hop may carry.
   *
   * @param body null if there is none, or it is not to be sent
   * @param resends how many hops were before this one
   * @param previous the response that led here, or null
   */
  Hop(
      Call<T> call,
      HttpRequest request,
      @Nullable BodyPublisher body,
      int resends,
      @Nullable HttpResponse<T> previous) {
    this.call = call;
    this.request = request;
    this.body = body;
    this.resends = resends;
    this.previous = previous;
    this.user = new UserCode(call.http().callbacks());
    this.attempt = call.http().attempt(request.method(), HttpTarget.of(request.uri()), resends);
  }

  /** Returns a hop that sends {@code request} with its own body. */
  static <T> Hop<T> of(
      Call<T> call, HttpRequest request, int resends, @Nullable HttpResponse<T> previous) {
    return new Hop<>(call, request, request.bodyPublisher().orElse(null), resends, previous);
  }

  /** Returns what is to be waited for before this hop is sent; null for nothing. */
  @Nullable CompletableFuture<Boolean> due() {
    return attempt.due(
        name -> request.headers().firstValue(name).isPresent(), request.timeout().orElse(null));
  }

  /** Sends the request, and returns its response. */
  HttpResponse<T> send() throws IOException, InterruptedException {
    try {
      CompletableFuture<Boolean> due = due();
      if (due != null) {
        due.handle((renewed, failure) -> true).get();
      }
      HttpRequest released = released();
      try (Scope ignored = attempt.context().makeCurrent()) {
        return answered(call.client().send(released, handler()));
      }
    } catch (ExecutionException never) {
      throw new IllegalStateException(never); // What it waits for is handled.
    } catch (Throwable failure) {
      failed(failure);
      throw failure;
    }
  }

  /** Sends the request. What comes of it is to be told by {@code answered} or {@code failed}. */
  CompletableFuture<HttpResponse<T>> sendAsync() {
    try {
      HttpRequest released = released();
      try (Scope ignored = attempt.context().makeCurrent()) {
        return call.client().sendAsync(released, handler(), pushes());
      }
    } catch (Throwable failure) {
      failed(failure);
      throw failure;
    }
  }

  /** Ends the hop with a response; returns it as the user sees it. */
  HttpResponse<T> answered(HttpResponse<T> response) {
    attempt.answered(response.statusCode());
    return new HopResponse<>(response, request, previous);
  }

  /** Ends the hop without a response. */
  void failed(Throwable failure) {
    attempt.failed(failure);
  }

  /**
   * Returns the hop that {@code response} asks for, or null if it is for the user.
   *
   * @throws IOException if it redirects to nowhere
   */
  @Nullable Hop<T> next(HttpResponse<T> response) throws IOException {
    int status = response.statusCode();
    CompletableFuture<Boolean> repeated = again;
    if (repeated != null && repeated.getNow(false)) {
      return new Hop<>(call, request, kept == null ? body : kept.again(), resends + 1, response);
    }
    URI target = call.redirects().target(request, resends, status, response.headers());
    return target == null
        ? null
        : Hop.of(call, Redirects.request(request, status, target), resends + 1, response);
  }

  /** Starts the span, and returns the request as it goes out. */
  private HttpRequest released() {
    SentHeaders headers = new SentHeaders(request);
    attempt.release(headers, SentHeaders.ACCESS);
    HttpRequest.Builder builder = headers.builder();
    if (body != null) {
      builder.method(request.method(), sent(user.publisher(body)));
    }
    return builder.build();
  }

  /** Returns {@code body} as it is sent: kept, where it may have to be sent once more. */
  private BodyPublisher sent(BodyPublisher users) {
    int limit = attempt.replayLimit();
    if (limit < 0) {
      return users;
    }
    kept = new KeptBody(users, limit);
    return kept;
  }

  /** Returns whether {@code response} is answered by one more hop, once that is known; or null. */
  private @Nullable CompletableFuture<Boolean> rejected(HttpResponse.ResponseInfo response) {
    boolean canRepeat = resends + 1 < Redirects.MOST_REQUESTS && (kept == null || kept.canRepeat());
    again =
        attempt.rejected(
            response.statusCode(),
            () -> response.headers().allValues(CHALLENGE),
            canRepeat,
            request.timeout().orElse(null));
    return again;
  }

  /** The user's handler never sees a response that is followed: the JDK's client hides it too. */
  private BodyHandler<T> handler() {
    BodyHandler<T> users = user.handler(call.handler());
    return response -> {
      if (isFollowed(response)) {
        return BodySubscribers.replacing(null);
      }
      CompletableFuture<Boolean> repeats = rejected(response);
      return repeats == null
          ? users.apply(response)
          : new UndecidedBody<>(repeats, () -> users.apply(response));
    };
  }

  private boolean isFollowed(HttpResponse.ResponseInfo response) {
    try {
      return call.redirects().target(request, resends, response.statusCode(), response.headers())
          != null;
    } catch (IOException toNowhere) {
      return true; // fails in next()
    }
  }

  private @Nullable PushPromiseHandler<T> pushes() {
    PushPromiseHandler<T> users = call.pushes();
    return users == null ? null : user.pushes(users, request);
  }
}
