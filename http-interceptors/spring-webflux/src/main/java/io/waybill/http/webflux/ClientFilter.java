package io.waybill.http.webflux;

import io.opentelemetry.api.trace.Span;
import io.waybill.http.HttpClientCall;
import io.waybill.sdk.Waybill;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/** Around each call; whose it is, is known when somebody subscribes. */
record ClientFilter(Waybill waybill) implements ExchangeFilterFunction {

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.deferContextual(
        view -> {
          HttpClientCall call = HttpClientCall.of(waybill, WaybillWebFlux.contextOf(view));
          Span around = Span.fromContext(Observed.in(view));
          return new ClientExchange(waybill, call, around, request, next).send(0);
        });
  }
}
