package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** A WebClient with the filter keeps the contract of clients, over each connector. */
@ParameterizedClass
@EnumSource
class ClientContractTest extends ClientInterceptorContract {
  private final Connector connector;

  ClientContractTest(Connector connector) {
    this.connector = connector;
  }

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    Connector.Open open = connector.open();
    WebClient.Builder builder = WebClient.builder().clientConnector(open.connector());
    if (waybill != null) {
      builder.filter(WaybillWebFlux.clientFilter(waybill));
    }
    builder.filter(
        (request, next) -> {
          below.run(); // where the filter is called
          return Mono.defer(
              () -> {
                below.run(); // and where what it made is subscribed to
                return next.exchange(request);
              });
        });
    return new OpenClient(builder.build(), origin, open);
  }

  private record OpenClient(WebClient client, String origin, Connector.Open open)
      implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      try {
        return request(headers).exchangeToMono(OpenClient::text).block();
      } catch (RuntimeException failure) {
        throw new ExecutionException(Exceptions.unwrap(failure));
      }
    }

    /** The caller's Context is in Reactor's, and the callback reads it there. */
    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      Context caller = Context.current();
      CompletableFuture<String> answer =
          request(headers)
              .exchangeToMono(
                  response ->
                      Mono.deferContextual(
                          view -> {
                            WaybillWebFlux.contextOf(view)
                                .wrap(() -> callback.accept("exchangeToMono"))
                                .run();
                            return text(response);
                          }))
              .contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, caller))
              .toFuture();
      return cancelling(answer, answer.thenApply(text -> text));
    }

    private WebClient.RequestHeadersSpec<?> request(Map<String, String> headers) {
      return client.get().uri(origin).headers(all -> headers.forEach(all::add));
    }

    private static Mono<String> text(ClientResponse response) {
      return response
          .bodyToMono(String.class)
          .defaultIfEmpty("")
          .map(text -> response.statusCode().value() + " " + text);
    }

    @Override
    public void close() {
      open.close();
    }
  }
}
