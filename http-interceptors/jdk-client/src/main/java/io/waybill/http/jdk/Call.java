package io.waybill.http.jdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Authorization;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import org.jspecify.annotations.Nullable;

/**
 * What all hops of one {@code send} share.
 *
 * @param caller the Context in which the user called
 * @param handler the user's handler of the last response
 * @param pushes the user's handler of pushed responses, or null
 * @param authorization what the calls of this request are to have, or null
 */
record Call<T>(
    Waybill waybill,
    HttpClient client,
    Redirects redirects,
    Context caller,
    BodyHandler<T> handler,
    @Nullable PushPromiseHandler<T> pushes,
    @Nullable Authorization authorization) {

  /** Returns the hop that sends {@code request} as the user made it. */
  Hop<T> first(HttpRequest request) {
    return Hop.of(this, GetRequest.orOther(requireNonNull(request, "request")), 0, null);
  }
}
