package io.waybill.http.okhttp;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.http.HttpAttempt;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** The user's listener, in the Context of who opens the socket; the handshake ends the attempt. */
final class CallersListener extends WebSocketListener {
  private final WebSocketListener users;
  private final Context callbacks;
  private final HttpAttempt attempt;

  CallersListener(WebSocketListener users, Context callbacks, HttpAttempt attempt) {
    this.users = users;
    this.callbacks = callbacks;
    this.attempt = attempt;
  }

  @Override
  public void onOpen(WebSocket socket, Response response) {
    attempt.answered(response.code());
    try (Scope ignored = callbacks.makeCurrent()) {
      users.onOpen(socket, response);
    }
  }

  @Override
  public void onMessage(WebSocket socket, String text) {
    try (Scope ignored = callbacks.makeCurrent()) {
      users.onMessage(socket, text);
    }
  }

  @Override
  public void onMessage(WebSocket socket, ByteString bytes) {
    try (Scope ignored = callbacks.makeCurrent()) {
      users.onMessage(socket, bytes);
    }
  }

  @Override
  public void onClosing(WebSocket socket, int code, String reason) {
    try (Scope ignored = callbacks.makeCurrent()) {
      users.onClosing(socket, code, reason);
    }
  }

  @Override
  public void onClosed(WebSocket socket, int code, String reason) {
    try (Scope ignored = callbacks.makeCurrent()) {
      users.onClosed(socket, code, reason);
    }
  }

  @Override
  public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
    if (response == null) {
      attempt.failed(failure);
    } else {
      refused(response);
    }
    try (Scope ignored = callbacks.makeCurrent()) {
      users.onFailure(socket, failure, response);
    }
  }

  /** A handshake is not repeated, but a rejected credential is renewed for whoever comes next. */
  private void refused(Response response) {
    var unused =
        attempt.rejected(
            response.code(), () -> response.headers(AttemptInterceptor.CHALLENGE), false, null);
    attempt.answered(response.code());
  }
}
