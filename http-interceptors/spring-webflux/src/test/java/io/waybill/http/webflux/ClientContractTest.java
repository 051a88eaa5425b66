package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.waybill.http.testing.ContractServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Exceptions;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** A WebClient with the filter keeps the contract of clients, over each connector and hook. */
@ParameterizedClass
@EnumSource
class ClientContractTest extends ClientInterceptorContract {
  private final Way way;

  ClientContractTest(Way way) {
    this.way = way;
  }

  /** What sends, and how operators come to the caller's request. */
  enum Way {
    JDK_BY_KEY(Connector.JDK, false),
    NETTY_BY_KEY(Connector.NETTY, false),
    /** Reactor makes it current, by waybill-context-propagation. */
    JDK_BY_HOOK(Connector.JDK, true),
    NETTY_BY_HOOK(Connector.NETTY, true);

    private final Connector connector;
    private final boolean isHooked;

    Way(Connector connector, boolean isHooked) {
      this.connector = connector;
      this.isHooked = isHooked;
    }
  }

  @BeforeEach
  void switchOn() {
    if (way.isHooked) {
      Hooks.enableAutomaticContextPropagation();
    }
  }

  @AfterEach
  void switchOff() {
    Hooks.disableAutomaticContextPropagation();
  }

  @Override
  protected Server serve(Service service) throws Exception {
    return ContractServer.serve(service);
  }

  @Override
  protected Client open(Waybill waybill, String origin, Runnable below) {
    Connector.Open open = way.connector.open();
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
    return new OpenClient(builder.build(), origin, open, way.isHooked);
  }

  private record OpenClient(WebClient client, String origin, Connector.Open open, boolean isHooked)
      implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      try {
        return request(headers).exchangeToMono(OpenClient::text).block();
      } catch (RuntimeException failure) {
        throw new ExecutionException(Exceptions.unwrap(failure));
      }
    }

    @Override
    public CompletableFuture<String> callAsync(
        Map<String, String> headers, Consumer<String> callback) {
      CompletableFuture<String> answer =
          (isHooked ? byHook(headers, callback) : byKey(headers, callback)).toFuture();
      return cancelling(answer, answer.thenApply(text -> text));
    }

    /** Nothing of the test's own makes the Context current in operators. */
    private Mono<String> byHook(Map<String, String> headers, Consumer<String> callback) {
      return request(headers)
          .exchangeToMono(
              response -> {
                callback.accept("exchangeToMono");
                return text(response).doOnNext(text -> callback.accept("doOnNext"));
              })
          .contextCapture();
    }

    /** The callback reads what Reactor's context has where the user's operators are. */
    private Mono<String> byKey(Map<String, String> headers, Consumer<String> callback) {
      Context caller = Context.current();
      return request(headers)
          .exchangeToMono(
              response ->
                  Mono.deferContextual(
                      view -> {
                        WaybillWebFlux.contextOf(view)
                            .wrap(() -> callback.accept("exchangeToMono"))
                            .run();
                        return text(response);
                      }))
          .contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, caller));
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
