package io.waybill.http.jdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpClientCall;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A client whose requests cross our border: {@link Hop} by hop. */
final class WrappedHttpClient extends HttpClient {
  private final Waybill waybill;
  private final HttpClient delegate;
  private final Redirects redirects;
  private final ClientLifecycle lifecycle;

  /**
   * Wraps {@code delegate}.
   *
   * @param delegate a client that follows no redirect
   */
  WrappedHttpClient(Waybill waybill, HttpClient delegate, Redirects redirects) {
    this.waybill = waybill;
    this.delegate = delegate;
    this.redirects = redirects;
    this.lifecycle = new ClientLifecycle(delegate);
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    Hop<T> first = call(handler, null).first(request);
    lifecycle.enter();
    try {
      return follow(first);
    } finally {
      lifecycle.leave();
    }
  }

  private static <T> HttpResponse<T> follow(Hop<T> first) throws IOException, InterruptedException {
    Hop<T> hop = first;
    while (true) {
      HttpResponse<T> response = hop.send();
      Hop<T> next = hop.next(response);
      if (next == null) {
        return response;
      }
      hop = next;
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    Call<T> call = call(handler, pushes);
    return new AsyncCall<>(call, lifecycle).start(request);
  }

  private <T> Call<T> call(BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    requireNonNull(handler, "handler");
    HttpClientCall http = HttpClientCall.of(waybill, Context.current());
    return new Call<>(delegate, redirects, http, handler, pushes);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return delegate.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return delegate.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return redirects.policy();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return delegate.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return delegate.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return delegate.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return delegate.authenticator();
  }

  @Override
  public Version version() {
    return delegate.version();
  }

  @Override
  public Optional<Executor> executor() {
    return delegate.executor();
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return delegate.newWebSocketBuilder();
  }

  // From JDK 21 on the next four override. The inherited close() is specified to be made of them.

  /** Lets the calls that run come to their end, and refuses others. */
  public void shutdown() {
    lifecycle.shutdown();
  }

  /** Breaks off the calls that run, and refuses others. */
  public void shutdownNow() {
    lifecycle.shutdownNow();
  }

  /** Returns whether the client was shut down and its last call is done. */
  public boolean isTerminated() {
    return lifecycle.isTerminated();
  }

  /** Returns whether the client terminated within {@code duration}. */
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return lifecycle.awaitTermination(duration);
  }
}
