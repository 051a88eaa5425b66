package io.waybill.http.jdk;

import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.RequestScope;
import io.waybill.http.HeaderRoom;
import io.waybill.http.HttpClientSpan;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to one server: the user's, or one that a redirect asked for. Each crosses
 * the border by itself, from the caller's Context, and has its own span.
 */
final class Hop<T> {
  private static final String BAGGAGE = "baggage";
  private static final TextMapSetter<HttpRequest.Builder> SETTER =
      (builder, name, value) -> builder.setHeader(name, value);

  private final Call<T> call;
  // Without anything of ours: the next hop is made from it.
  private final HttpRequest request;
  private final int resends;
  private final @Nullable HttpResponse<T> previous;
  private final UserCode user;
  private final OutgoingCall outgoing;

  /**
   * Decides what this hop may carry.
   *
   * @param resends how many hops were before this one
   * @param previous the response that led here, or null
   */
  Hop(Call<T> call, HttpRequest request, int resends, @Nullable HttpResponse<T> previous) {
    this.call = call;
    this.request = request;
    this.resends = resends;
    this.previous = previous;
    this.user = new UserCode(call.caller());
    URI uri = request.uri();
    this.outgoing =
        call.waybill().send(call.caller(), Destination.of(uri), String.valueOf(uri.getRawPath()));
  }

  /** Sends the request, and returns its response. */
  HttpResponse<T> send() throws IOException, InterruptedException {
    try {
      HttpRequest released = released();
      try (Scope ignored = RequestScope.restoring(outgoing.context()).makeCurrent()) {
        return answered(call.client().send(released, handler()));
      }
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
    URI target = call.redirects().target(request, resends, status, response.headers());
    return target == null
        ? null
        : new Hop<>(call, Redirects.request(request, status, target), resends + 1, response);
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
    request
        .bodyPublisher()
        .map(user::publisher)
        .ifPresent(b -> builder.method(request.method(), b));
    List<String> present = request.headers().allValues(BAGGAGE);
    Limits limits = call.waybill().limits();
    int room = HeaderRoom.left(limits, request.method(), request.uri(), size(request, takenOut));
    outgoing.inject(builder, SETTER, present, limits.httpBytes(), room);
    return builder.build();
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
    return response ->
        isFollowed(response) ? BodySubscribers.replacing(null) : users.apply(response);
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
