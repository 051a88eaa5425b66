package io.waybill.spring.security;

import org.springframework.http.HttpStatusCode;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.server.context.ServerSecurityContextRepository;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * In front of what logs in, which answers by itself: {@link IdentityWebFilter} is never asked, and
 * there are no events. Who has logged in is known while an answer with a body is written, and has
 * been saved after a redirect.
 */
record LogInWebFilter(IdentityWebFilter behind, ServerSecurityContextRepository saved)
    implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    exchange.getResponse().beforeCommit(() -> behind.identify(exchange));
    return chain
        .filter(exchange)
        .then(Mono.defer(() -> behind.identify(exchange, saved(exchange))));
  }

  /** No error is a log-in; what is not asked makes no session. */
  private Mono<SecurityContext> saved(ServerWebExchange exchange) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    return status != null && status.isError() ? Mono.empty() : saved.load(exchange);
  }
}
