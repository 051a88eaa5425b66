package io.waybill.http.okhttp;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Around a call, outside of the user's interceptors: the Context in which it was made. */
record CallInterceptor(Waybill waybill) implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    CallState state = CallState.of(chain.call(), waybill);
    Context outside = Context.current();
    CallThreads.enter(state);
    try (Scope ignored = state.interceptors(outside).makeCurrent()) {
      return chain.proceed(chain.request());
    }
  }
}
