package io.waybill.http.okhttp;

import io.opentelemetry.context.Scope;
import io.waybill.http.HttpRenewal;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Around the redirects of a call, inside of the user's interceptors, so that what these do is done
 * once: sends the last request again if that is the answer to a rejection, and shows what never
 * came to the network.
 *
 * @param isFirst whether there are no interceptors of the user's, and so no {@link CallInterceptor}
 */
record RepeatInterceptor(Waybill waybill, boolean isFirst) implements Interceptor {
  private static final String WEB_SOCKET = "Sec-WebSocket-Key";

  @Override
  public Response intercept(Chain chain) throws IOException {
    if (chain.request().header(WEB_SOCKET) != null) {
      return chain.proceed(chain.request()); // It passes no network interceptor.
    }
    CallState state = CallState.of(chain.call(), waybill);
    try (Scope ignored = isFirst ? state.enter() : Scope.noop()) {
      Response response = proceed(chain, state, chain.request());
      if (!isRepeated(chain, state, response)) {
        return response;
      }
      response.close();
      // The last that was followed to: what led there is done, and is not done twice.
      return proceed(chain, state, response.request());
    }
  }

  private static boolean isRepeated(Chain chain, CallState state, Response response)
      throws IOException {
    CompletableFuture<Boolean> again = state.again();
    if (again == null) {
      return false;
    }
    try {
      return HttpRenewal.await(again, () -> cancelled(chain));
    } catch (IOException stopped) {
      response.close();
      throw stopped;
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

  /** Returns what OkHttp itself throws where a call was cancelled. */
  static @Nullable IOException cancelled(Chain chain) {
    return chain.call().isCanceled() ? new IOException("Canceled") : null;
  }
}
