package io.waybill.http.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * A request that listens to its asynchronous cycle from the moment it starts. Added after the chain
 * has returned, a listener races with the completion.
 */
final class ExchangeRequest extends HttpServletRequestWrapper {
  private final Exchange exchange;

  private ExchangeRequest(Exchange exchange, HttpServletRequest request) {
    super(request);
    this.exchange = exchange;
  }

  /** Returns {@code request}, wrapped unless it is already. */
  static HttpServletRequest of(Exchange exchange, HttpServletRequest request) {
    ServletRequest inside = request;
    while (inside instanceof ServletRequestWrapper wrapper) {
      if (wrapper instanceof ExchangeRequest ours && ours.exchange == exchange) {
        return request;
      }
      inside = wrapper.getRequest();
    }
    return new ExchangeRequest(exchange, request);
  }

  @Override
  public AsyncContext startAsync() {
    return started(super.startAsync());
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return started(super.startAsync(request, response));
  }

  /** Containers throw where none was started; Spring's MockMvc has null then, and asks for it. */
  @Override
  @SuppressWarnings("NullAway") // as it comes from below
  public AsyncContext getAsyncContext() {
    AsyncContext started = super.getAsyncContext();
    return started == null ? null : new ExchangeAsyncContext(exchange, started);
  }

  private AsyncContext started(AsyncContext started) {
    exchange.listenTo(started);
    return new ExchangeAsyncContext(exchange, started);
  }
}
