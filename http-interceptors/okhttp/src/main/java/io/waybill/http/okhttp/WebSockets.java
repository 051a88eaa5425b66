package io.waybill.http.okhttp;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpAttempt;
import io.waybill.http.HttpClientCall;
import io.waybill.sdk.Waybill;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/**
 * Makes sockets whose handshake carries the caller's request. It passes no network interceptor, so
 * where a redirect leads could not be decided: a client that follows none opens them.
 */
record WebSockets(OkHttpClient client, Waybill waybill) implements WebSocket.Factory {

  static WebSockets over(OkHttpClient users, Waybill waybill) {
    return new WebSockets(
        users.newBuilder().followRedirects(false).followSslRedirects(false).build(), waybill);
  }

  @Override
  public WebSocket newWebSocket(Request request, WebSocketListener listener) {
    HttpClientCall call = HttpClientCall.of(waybill, Context.current());
    HttpAttempt attempt = call.attempt(request.method(), CallState.target(request.url()), 0);
    RequestHeaders headers = new RequestHeaders(request);
    attempt.release(headers, SentHeaders.INSTANCE);
    try {
      return client.newWebSocket(
          headers.build(), new CallersListener(listener, call.callbacks(), attempt));
    } catch (Throwable failure) {
      attempt.failed(failure);
      throw failure;
    }
  }
}
