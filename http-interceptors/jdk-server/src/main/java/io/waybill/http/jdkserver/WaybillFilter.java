package io.waybill.http.jdkserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import java.io.IOException;

/** Receives each exchange, and shows those behind it one that tells when it is answered. */
final class WaybillFilter extends Filter {
  private final Waybill waybill;
  private final boolean isBehindAuthenticator;

  WaybillFilter(Waybill waybill, boolean isBehindAuthenticator) {
    this.waybill = waybill;
    this.isBehindAuthenticator = isBehindAuthenticator;
  }

  @Override
  public String description() {
    return "Opens Waybill's request scope";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    Served around = Served.ofOrNull(exchange);
    if (around != null && around.isBy(waybill)) {
      chain.doFilter(exchange); // The filter stands here twice.
      return;
    }
    Context outside = waybill.skipped(Served.path(exchange));
    if (outside == null) {
      serve(Served.receive(waybill, exchange, around, isCast(exchange)), chain);
    } else {
      try (Scope ignored = RequestScope.restoring(outside).makeCurrent()) {
        chain.doFilter(exchange);
      }
    }
  }

  /** An authenticator runs behind the filters, and casts the exchange to a class of the server. */
  private boolean isCast(HttpExchange exchange) {
    return !isBehindAuthenticator && exchange.getHttpContext().getAuthenticator() != null;
  }

  private static void serve(Served served, Chain chain) throws IOException {
    try (Scope ignored = served.context().makeCurrent()) {
      chain.doFilter(served.shown());
    } catch (Throwable failure) {
      served.failed(failure);
      throw failure;
    }
    served.done();
  }
}
