package io.waybill.http.jdk;

import static java.util.Objects.requireNonNull;

import io.waybill.http.HttpClientCall;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import org.jspecify.annotations.Nullable;

/**
 * What all hops of one {@code send} share.
 *
 * @param http who made it, and what it has to go along
 * @param handler the user's handler of the last response
 * @param pushes the user's handler of pushed responses, or null
 */
record Call<T>(
    HttpClient client,
    Redirects redirects,
    HttpClientCall http,
    BodyHandler<T> handler,
    @Nullable PushPromiseHandler<T> pushes) {

  /** Returns the hop that sends {@code request} as the user made it. */
  Hop<T> first(HttpRequest request) {
    return Hop.of(this, GetRequest.orOther(requireNonNull(request, "request")), 0, null);
  }
}
