package io.waybill.http.jdkserver;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as those behind the filter see it, which tells when its answer is complete. The
 * server itself has no hook for that, and a handler may answer long after it has returned.
 */
final class ServedExchange extends HttpExchange {
  private static final long NO_BODY = -1;

  private final Served served;
  private final HttpExchange delegate;
  private final AtomicBoolean answered = new AtomicBoolean();

  private ServedExchange(Served served, HttpExchange delegate) {
    this.served = served;
    this.delegate = delegate;
  }

  /** Returns {@code exchange} for the handler; one over TLS remains one. */
  static HttpExchange of(Served served, HttpExchange exchange) {
    ServedExchange ours = new ServedExchange(served, exchange);
    return exchange instanceof HttpsExchange secure ? new ServedHttpsExchange(ours, secure) : ours;
  }

  Served served() {
    return served;
  }

  private void answered() {
    if (answered.compareAndSet(false, true)) {
      served.done();
    }
  }

  @Override
  public Headers getRequestHeaders() {
    return delegate.getRequestHeaders();
  }

  @Override
  public Headers getResponseHeaders() {
    return delegate.getResponseHeaders();
  }

  @Override
  public URI getRequestURI() {
    return delegate.getRequestURI();
  }

  @Override
  public String getRequestMethod() {
    return delegate.getRequestMethod();
  }

  @Override
  public HttpContext getHttpContext() {
    return delegate.getHttpContext();
  }

  @Override
  public void close() {
    try {
      delegate.close();
    } finally {
      answered();
    }
  }

  @Override
  public InputStream getRequestBody() {
    return delegate.getRequestBody();
  }

  @Override
  public OutputStream getResponseBody() {
    return new AnswerBody(delegate.getResponseBody(), this::answered);
  }

  @Override
  public void sendResponseHeaders(int status, long length) throws IOException {
    delegate.sendResponseHeaders(status, length);
    if (length == NO_BODY) {
      answered();
    }
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return delegate.getRemoteAddress();
  }

  @Override
  public int getResponseCode() {
    return delegate.getResponseCode();
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return delegate.getLocalAddress();
  }

  @Override
  public String getProtocol() {
    return delegate.getProtocol();
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return delegate.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    delegate.setAttribute(name, value);
  }

  @Override
  public void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
    delegate.setStreams(in, out);
  }

  @Override
  public @Nullable HttpPrincipal getPrincipal() {
    return delegate.getPrincipal();
  }
}
