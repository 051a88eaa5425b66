package io.waybill.spring.security;

import io.waybill.http.webflux.WaybillWebFlux;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Behind what authenticates, in front of what logs out and authorizes. */
record IdentityWebFilter(Identification identification) implements WebFilter {
  private static final String ATTRIBUTE = IdentityWebFilter.class.getName();

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return identify(exchange).then(Mono.defer(() -> chain.filter(exchange)));
  }

  /** Identifies by the security context that Reactor's has. */
  Mono<Void> identify(ServerWebExchange exchange) {
    return identify(exchange, ReactiveSecurityContextHolder.getContext());
  }

  /** Whoever needs {@code security} gets to know it if that fails; we only look. */
  Mono<Void> identify(ServerWebExchange exchange, Mono<SecurityContext> security) {
    return Mono.deferContextual(
        view ->
            isIdentified(exchange) || WaybillWebFlux.scopeOrNull(view) == null
                ? Mono.empty()
                : security
                    .doOnNext(
                        found ->
                            remember(
                                exchange,
                                identification.identify(
                                    found::getAuthentication, WaybillWebFlux.scopeOrNull(view))))
                    .onErrorComplete()
                    .then());
  }

  private static boolean isIdentified(ServerWebExchange exchange) {
    return exchange.getAttributes().containsKey(ATTRIBUTE);
  }

  private static void remember(ServerWebExchange exchange, @Nullable Authentication who) {
    if (who != null) {
      exchange.getAttributes().put(ATTRIBUTE, who);
    }
  }
}
