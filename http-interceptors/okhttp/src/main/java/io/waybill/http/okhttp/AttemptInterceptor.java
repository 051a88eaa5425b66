package io.waybill.http.okhttp;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Around each request on the network. */
record AttemptInterceptor(Waybill waybill) implements Interceptor {
  private static final String CHALLENGE = "WWW-Authenticate";

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    CallState state = CallState.of(chain.call(), waybill);
    HttpAttempt attempt = state.attempt(request);
    try {
      Request released = release(state, attempt, request);
      Response response = proceed(chain, attempt, released);
      state.again(
          attempt.rejected(
              response.code(), () -> response.headers(CHALLENGE), canRepeat(request.body()), null));
      attempt.answered(response.code());
      return response;
    } catch (Throwable failure) {
      attempt.failed(failure);
      throw failure;
    }
  }

  private static Request release(CallState state, HttpAttempt attempt, Request request)
      throws IOException {
    CompletableFuture<Boolean> due = attempt.due(name -> request.header(name) != null, null);
    if (due != null) {
      var unused = Waiting.isTrue(due, null);
    }
    Headers.Builder headers = request.headers().newBuilder();
    state.leaveCredentials(headers);
    attempt.release(headers, SentHeaders.INSTANCE);
    return request.newBuilder().headers(headers.build()).build();
  }

  private static Response proceed(Chain chain, HttpAttempt attempt, Request released)
      throws IOException {
    try (Scope ignored = attempt.context().makeCurrent()) {
      return chain.proceed(released);
    }
  }

  private static boolean canRepeat(@Nullable RequestBody body) {
    return body == null || !(body.isOneShot() || body.isDuplex());
  }
}
