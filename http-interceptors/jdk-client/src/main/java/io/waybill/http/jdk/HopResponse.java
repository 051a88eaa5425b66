package io.waybill.http.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A response with the request as the user knows it, free of our headers, and with the redirects
 * that led to it.
 */
record HopResponse<T>(
    HttpResponse<T> delegate, HttpRequest request, @Nullable HttpResponse<T> redirect)
    implements HttpResponse<T> {
  private static final @Nullable MethodHandle CONNECTION_LABEL =
      NewerJdk.find(HttpResponse.class, "connectionLabel", MethodType.methodType(Optional.class));

  @Override
  public int statusCode() {
    return delegate.statusCode();
  }

  @Override
  public Optional<HttpResponse<T>> previousResponse() {
    // An answer of the delegate's own to a challenge lies between this and the redirect.
    return delegate
        .previousResponse()
        .<HttpResponse<T>>map(challenge -> new HopResponse<>(challenge, request, redirect))
        .or(() -> Optional.ofNullable(redirect));
  }

  @Override
  public HttpHeaders headers() {
    return delegate.headers();
  }

  @Override
  public T body() {
    return delegate.body();
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return delegate.sslSession();
  }

  @Override
  public URI uri() {
    return delegate.uri();
  }

  @Override
  public HttpClient.Version version() {
    return delegate.version();
  }

  /** Overrides from JDK 25 on. */
  @SuppressWarnings("unchecked") // what the method that was found returns
  public Optional<String> connectionLabel() {
    Object label = NewerJdk.call(CONNECTION_LABEL, delegate);
    return label == null ? Optional.empty() : (Optional<String>) label;
  }

  @Override
  public String toString() {
    return delegate.toString();
  }
}
