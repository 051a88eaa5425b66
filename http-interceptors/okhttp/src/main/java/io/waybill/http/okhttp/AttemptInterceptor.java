package io.waybill.http.okhttp;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpRenewal;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Around each request on the network. */
record AttemptInterceptor(Waybill waybill) implements Interceptor {
  static final String CHALLENGE = "WWW-Authenticate";

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    CallState state = CallState.of(chain.call(), waybill);
    HttpAttempt attempt = state.attempt(request);
    try {
      Response response = proceed(chain, attempt, release(chain, state, attempt));
      state.again(
          attempt.rejected(
              response.code(), () -> response.headers(CHALLENGE), canRepeat(request.body()), null));
      attempt.answered(response.code());
      return state.hasCache() && attempt.isPersonal() ? unstored(response) : response;
    } catch (Throwable failure) {
      attempt.failed(failure);
      throw failure;
    }
  }

  private static Request release(Chain chain, CallState state, HttpAttempt attempt)
      throws IOException {
    Request request = chain.request();
    CompletableFuture<Boolean> due = attempt.due(name -> request.header(name) != null, null);
    if (due != null) {
      var unused = HttpRenewal.await(due, () -> RepeatInterceptor.cancelled(chain));
    }
    RequestHeaders headers = new RequestHeaders(request);
    state.leaveCredentials(headers);
    attempt.release(headers, SentHeaders.INSTANCE);
    return headers.build();
  }

  private static Response proceed(Chain chain, HttpAttempt attempt, Request released)
      throws IOException {
    try (Scope ignored = attempt.context().makeCurrent()) {
      return chain.proceed(released);
    }
  }

  /** The cache knows the request without our headers, and would answer another user with this. */
  private static Response unstored(Response response) {
    return response.newBuilder().header("Cache-Control", "no-store").build();
  }

  private static boolean canRepeat(@Nullable RequestBody body) {
    return body == null || !(body.isOneShot() || body.isDuplex());
  }
}
