package io.waybill.http.servlet;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Opens a request scope for each HTTP request, with a SERVER span, and keeps it current around what
 * is behind this filter: servlets, asynchronous dispatches, forwards, includes, error pages, and
 * listeners that are added to an {@code AsyncContext}.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic filter =
 *     servletContext.addFilter("waybill", WaybillFilter.of(waybill));
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
 * }</pre>
 *
 * <p>It belongs in front of the filters that authenticate, which then {@code identify} the request.
 * The request ends when its answer is complete: when the chain returns, or when the asynchronous
 * cycle completes. An error page that the container makes after the chain threw sees the ended
 * request: its identity, but no secrets.
 *
 * <p>Rules of peers see the addresses that the container tells, also behind a filter that shows
 * those of a {@code Forwarded} header instead.
 *
 * <p>The response gets the request's id as {@code x-request-id}, if that is made of the characters
 * that W3C Baggage allows in a value; never any other field.
 *
 * <p><b>Errors.</b> What the chain throws passes as it is. Requests that are not HTTP pass
 * untouched.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class WaybillFilter implements Filter {

  /**
   * The name of the request attribute that holds the {@link io.waybill.RequestScope}, for code in
   * front of this filter, such as an access log. It still answers after the end.
   */
  public static final String SCOPE_ATTRIBUTE = "io.waybill.RequestScope";

  private final Waybill waybill;

  private WaybillFilter(Waybill waybill) {
    this.waybill = waybill;
  }

  /** Returns a filter to be mapped for every dispatcher type, with asynchronous support. */
  public static WaybillFilter of(Waybill waybill) {
    return new WaybillFilter(requireNonNull(waybill, "waybill"));
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse httpResponse) {
      Exchange exchange = Exchange.ofOrNull(waybill, http);
      if (exchange == null) {
        receiveOrSkip(Asked.of(http), http, httpResponse, chain);
      } else {
        reenter(exchange, http, httpResponse, chain);
      }
    } else {
      chain.doFilter(request, response);
    }
  }

  private void receiveOrSkip(
      Asked asked, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Context outside = waybill.skipped(asked.path());
    if (outside == null) {
      receive(asked, request, response, chain);
    } else {
      skip(outside, request, response, chain);
    }
  }

  private static void skip(
      Context outside, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try (Scope ignored = RequestScope.restoring(outside).makeCurrent()) {
      chain.doFilter(request, response);
    }
  }

  private void receive(
      Asked asked, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Exchange exchange = Exchange.open(waybill, asked, request, response);
    try {
      exchange.tellId(response);
      pass(exchange, request, response, chain);
    } catch (Throwable failure) {
      exchange.thrown(failure);
      throw failure;
    } finally {
      exchange.leave(request);
    }
  }

  private static void reenter(
      Exchange exchange,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      // The container has reset the response.
      exchange.tellId(response);
    }
    try {
      pass(exchange, request, response, chain);
    } catch (Throwable failure) {
      // Out of a forward or an include it comes to user code, which may handle it.
      if (request.getDispatcherType() == DispatcherType.ASYNC) {
        exchange.failed(failure);
      }
      throw failure;
    }
  }

  private static void pass(
      Exchange exchange,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    try (Scope ignored = exchange.context().makeCurrent()) {
      chain.doFilter(ExchangeRequest.of(exchange, request), response);
    }
  }
}
