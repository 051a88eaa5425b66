package io.waybill.http.jdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.RequestScope;
import io.waybill.http.HeaderRoom;
import io.waybill.http.HttpClientSpan;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.credential.Rejection;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to one server: the user's, or one that a redirect asked for. Each crosses
 * the border by itself, from the caller's Context, and has its own span.
 */
final class Hop<T> {
  private static final String BAGGAGE = "baggage";
  private static final String CHALLENGE = "www-authenticate";
  private static final int FIRST_REDIRECTION = 300;
  private static final TextMapSetter<HttpRequest.Builder> SETTER =
      (builder, name, value) -> builder.setHeader(name, value);

  private final Call<T> call;
  // Without anything of ours: the next hop is made from it.
  private final HttpRequest request;
  private final @Nullable BodyPublisher body;
  private final int resends;
  private final @Nullable HttpResponse<T> previous;
  private final UserCode user;
  private final OutgoingCall outgoing;
  private final @Nullable Destination destination;
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
    this.user = new UserCode(call.caller());
    URI uri = request.uri();
    this.destination = Destination.of(uri);
    this.outgoing =
        call.waybill().send(call.caller(), destination, String.valueOf(uri.getRawPath()));
  }

  /** Returns a hop that sends {@code request} with its own body. */
  static <T> Hop<T> of(
      Call<T> call, HttpRequest request, int resends, @Nullable HttpResponse<T> previous) {
    return new Hop<>(call, request, request.bodyPublisher().orElse(null), resends, previous);
  }

  /** Returns what is to be waited for before this hop is sent; null for nothing. */
  @Nullable CompletableFuture<Boolean> due() {
    Authorization authorization = call.authorization();
    return authorization == null || !authorization.expires()
        ? null
        : authorization.due(
            destination,
            name -> isIn(request, name),
            request.timeout().orElse(null),
            Span.fromContext(call.caller()));
  }

  /** Sends the request, and returns its response. */
  HttpResponse<T> send() throws IOException, InterruptedException {
    try {
      CompletableFuture<Boolean> due = due();
      if (due != null) {
        due.handle((renewed, failure) -> true).get();
      }
      HttpRequest released = released();
      try (Scope ignored = RequestScope.restoring(outgoing.context()).makeCurrent()) {
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
      try (Scope ignored = RequestScope.restoring(outgoing.context()).makeCurrent()) {
        return call.client().sendAsync(released, handler(), pushes());
      }
    } catch (Throwable failure) {
      failed(failure);
      throw failure;
    }
  }

  /** Ends the hop with a response; returns it as the user sees it. */
  HttpResponse<T> answered(HttpResponse<T> response) {
    outgoing.endWith(response.statusCode(), HttpClientSpan::answered);
    return new HopResponse<>(response, request, previous);
  }

  /** Ends the hop without a response. */
  void failed(Throwable failure) {
    outgoing.endWith(failure, HttpClientSpan::failed);
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
    outgoing.start(
        request,
        RequestHeaders.INSTANCE,
        HttpClientSpan.name(request.method()),
        span -> HttpClientSpan.describe(span, request.method(), request.uri(), resends));
    Set<String> takenOut = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    takenOut.add(BAGGAGE);
    outgoing.takeOut(request, (sent, name) -> isIn(sent, name) && takenOut.add(name));
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request, (name, value) -> !takenOut.contains(name));
    int attached = attach(builder);
    if (body != null) {
      builder.method(request.method(), sent(user.publisher(body)));
    }
    List<String> present = request.headers().allValues(BAGGAGE);
    Limits limits = call.waybill().limits();
    int headers = size(request, takenOut) + attached;
    int room = HeaderRoom.left(limits, request.method(), request.uri(), headers);
    outgoing.inject(builder, SETTER, present, limits.httpBytes(), room);
    return builder.build();
  }

  /**
   * Attaches the credentials of the request, where the application wrote none; returns their size.
   */
  private int attach(HttpRequest.Builder builder) {
    Authorization authorization = call.authorization();
    if (authorization == null) {
      return 0;
    }
    int[] size = new int[1];
    authorization.attach(
        destination,
        builder,
        (sent, name) -> isIn(request, name),
        (sent, name, value) -> {
          sent.setHeader(name, value);
          size[0] += HeaderRoom.size(name, value);
        });
    return size[0];
  }

  /** Returns {@code body} as it is sent: kept, where it may have to be sent once more. */
  private BodyPublisher sent(BodyPublisher users) {
    Authorization authorization = call.authorization();
    int limit = authorization == null ? -1 : authorization.replayLimit();
    if (limit < 0) {
      return users;
    }
    kept = new KeptBody(users, limit);
    return kept;
  }

  /** Returns whether {@code response} is answered by one more hop, once that is known; or null. */
  private @Nullable CompletableFuture<Boolean> rejected(HttpResponse.ResponseInfo response) {
    Authorization authorization = call.authorization();
    if (authorization == null || response.statusCode() < FIRST_REDIRECTION) {
      return null;
    }
    boolean canRepeat = resends + 1 < Redirects.MOST_REQUESTS && (kept == null || kept.canRepeat());
    Rejection rejection =
        Rejection.http(response.statusCode(), response.headers().allValues(CHALLENGE));
    again =
        authorization.rejected(
            rejection,
            canRepeat,
            request.timeout().orElse(null),
            Span.fromContext(outgoing.context()));
    return again;
  }

  private static int size(HttpRequest sent, Set<String> without) {
    int size = 0;
    for (Map.Entry<String, List<String>> header : sent.headers().map().entrySet()) {
      for (String value : header.getValue()) {
        size += without.contains(header.getKey()) ? 0 : HeaderRoom.size(header.getKey(), value);
      }
    }
    return size;
  }

  private static boolean isIn(HttpRequest sent, String name) {
    return sent.headers().firstValue(name).isPresent();
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
