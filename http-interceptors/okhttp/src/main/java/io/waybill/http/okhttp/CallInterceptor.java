package io.waybill.http.okhttp;

import io.opentelemetry.context.Scope;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Outside of the user's interceptors, where there are any: the Context in which a call was made.
 */
record CallInterceptor(Waybill waybill) implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    try (Scope ignored = CallState.of(chain.call(), waybill).enter()) {
      return chain.proceed(chain.request());
    }
  }
}
