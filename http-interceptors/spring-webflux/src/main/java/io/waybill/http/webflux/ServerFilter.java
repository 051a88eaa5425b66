package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.sdk.Waybill;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Around all that serves a request. */
record ServerFilter(Waybill waybill) implements WebFilter, Ordered {
  // Behind what is to be first of all, and in front of Spring Security (-100).
  private static final int ORDER = HIGHEST_PRECEDENCE + 100;

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return Mono.deferContextual(
        view ->
            ServerExchange.isReceived(waybill, exchange)
                ? chain.filter(exchange)
                : serve(exchange, chain, around(view)));
  }

  /** The observation of the request is in front of us: its span is the request's. */
  private static Context around(ContextView view) {
    Context carried = WaybillWebFlux.contextOrNull(view);
    return carried == null ? Observed.in(view) : carried;
  }

  private Mono<Void> serve(ServerWebExchange exchange, WebFilterChain chain, Context around) {
    Mono<Void> behind = Mono.defer(() -> chain.filter(exchange));
    try (Scope ignored = around.makeCurrent()) {
      Context outside = waybill.skipped(exchange.getRequest().getURI().getRawPath());
      if (outside != null) {
        return within(outside, behind);
      }
      ServerExchange received = ServerExchange.open(waybill, exchange);
      return within(received.context(), received.ending(behind));
    }
  }

  private static Mono<Void> within(Context context, Mono<Void> chain) {
    return chain.contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, context));
  }
}
