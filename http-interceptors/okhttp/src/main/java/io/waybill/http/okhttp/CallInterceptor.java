package io.waybill.http.okhttp;

import io.opentelemetry.context.Scope;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/** Around a call: the Context in which it was made, and the one time that it may be repeated. */
record CallInterceptor(Waybill waybill) implements Interceptor {
  private static final String WEB_SOCKET = "Sec-WebSocket-Key";

  @Override
  public Response intercept(Chain chain) throws IOException {
    if (chain.request().header(WEB_SOCKET) != null) {
      return chain.proceed(chain.request()); // It passes no network interceptor.
    }
    CallState state = CallState.of(chain.call(), waybill);
    CallThreads.enter(state);
    try (Scope ignored = state.callbacks().makeCurrent()) {
      Response response = proceed(chain, state, chain.request());
      CompletableFuture<Boolean> again = state.again();
      if (again == null || !Waiting.isTrue(again, response)) {
        return response;
      }
      response.close();
      // The last that was followed to: what led there is done, and is not done twice.
      return proceed(chain, state, response.request());
    }
  }

  private static Response proceed(Chain chain, CallState state, Request request)
      throws IOException {
    state.starts(request);
    try {
      return chain.proceed(request);
    } catch (Throwable failure) {
      state.failed(failure);
      throw failure;
    }
  }
}
