package io.waybill.http.servlet;

import io.opentelemetry.context.Scope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** An asynchronous cycle whose tasks and listeners run in the request. */
record ExchangeAsyncContext(Exchange exchange, AsyncContext delegate) implements AsyncContext {

  @Override
  public void start(Runnable run) {
    delegate.start(exchange.context().wrap(() -> run(run)));
  }

  /** No chain is left by what it throws, and not every container tells the listeners. */
  private void run(Runnable users) {
    try {
      users.run();
    } catch (Throwable thrown) {
      exchange.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void addListener(AsyncListener listener) {
    delegate.addListener(new Listener(exchange, listener));
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    delegate.addListener(new Listener(exchange, listener), request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return delegate.createListener(type);
  }

  @Override
  public ServletRequest getRequest() {
    return delegate.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return delegate.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return delegate.hasOriginalRequestAndResponse();
  }

  @Override
  public void dispatch() {
    delegate.dispatch();
  }

  @Override
  public void dispatch(String path) {
    delegate.dispatch(path);
  }

  @Override
  public void dispatch(ServletContext context, String path) {
    delegate.dispatch(context, path);
  }

  @Override
  public void complete() {
    delegate.complete();
  }

  @Override
  public void setTimeout(long timeout) {
    delegate.setTimeout(timeout);
  }

  @Override
  public long getTimeout() {
    return delegate.getTimeout();
  }

  /** The user's listener; the container calls it on threads that hold the root Context. */
  private record Listener(Exchange exchange, AsyncListener users) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) throws IOException {
      try (Scope ignored = exchange.context().makeCurrent()) {
        users.onComplete(seen(event));
      }
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
      try (Scope ignored = exchange.context().makeCurrent()) {
        users.onTimeout(seen(event));
      }
    }

    @Override
    public void onError(AsyncEvent event) throws IOException {
      try (Scope ignored = exchange.context().makeCurrent()) {
        users.onError(seen(event));
      }
    }

    @Override
    public void onStartAsync(AsyncEvent event) throws IOException {
      try (Scope ignored = exchange.context().makeCurrent()) {
        users.onStartAsync(seen(event));
      }
    }

    /** Returns the event with a cycle whose further listeners run in the request, too. */
    private AsyncEvent seen(AsyncEvent event) {
      return new AsyncEvent(
          new ExchangeAsyncContext(exchange, event.getAsyncContext()),
          event.getSuppliedRequest(),
          event.getSuppliedResponse(),
          event.getThrowable());
    }
  }
}
