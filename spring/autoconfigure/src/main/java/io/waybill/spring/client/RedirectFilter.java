package io.waybill.spring.client;

import io.opentelemetry.context.Context;
import io.waybill.http.HttpRedirect;
import io.waybill.http.webflux.WaybillWebFlux;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Follows redirects in the place of the connector, in front of the filter that carries: each is
 * another request to it.
 */
final class RedirectFilter implements ExchangeFilterFunction {

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.deferContextual(
        view -> {
          Mono<ClientResponse> answer = send(request, next, 1);
          if (view.hasKey(WaybillWebFlux.CONTEXT_KEY)) {
            // Not written again: Reactor's hook would hide what an outer filter has made current.
            return answer;
          }
          // The next is subscribed to where the answer has come, and there nobody calls.
          Context caller = Context.current();
          return answer.contextWrite(known -> known.put(WaybillWebFlux.CONTEXT_KEY, caller));
        });
  }

  private static Mono<ClientResponse> send(
      ClientRequest request, ExchangeFunction next, int requests) {
    Asked asked = new Asked();
    ClientRequest asking = ClientRequest.from(request).httpRequest(asked).build();
    return next.exchange(asking)
        .flatMap(
            response -> {
              ClientRequest to = following(asked.policy, requests, request, response);
              if (to == null) {
                return Mono.just(response);
              }
              // Not waited for: a connector may lose the end of an empty body.
              response.releaseBody().onErrorComplete().subscribe();
              return send(to, next, requests + 1);
            });
  }

  private static @Nullable ClientRequest following(
      Redirect policy, int requests, ClientRequest request, ClientResponse response) {
    int status = response.statusCode().value();
    URI from = request.url();
    URI target =
        RedirectRule.target(policy, requests, from, status, response.headers().asHttpHeaders());
    if (target == null) {
      return null;
    }
    boolean dropsBody = HttpRedirect.dropsBody(status, request.method().name());
    ClientRequest.Builder to =
        ClientRequest.from(request)
            .url(target)
            .method(RedirectRule.method(request.method(), dropsBody))
            .headers(headers -> RedirectRule.strip(headers, from, target, dropsBody));
    if (!RedirectRule.isSameOrigin(from, target)) {
      to.cookies(cookies -> cookies.clear());
    }
    return (dropsBody ? to.body(BodyInserters.empty()) : to).build();
  }

  /** What the connector says, once it has made its request. */
  private static final class Asked implements Consumer<ClientHttpRequest> {
    private volatile Redirect policy = Redirect.NEVER;

    @Override
    public void accept(ClientHttpRequest http) {
      policy = AskedConnector.policy(http);
    }
  }
}
