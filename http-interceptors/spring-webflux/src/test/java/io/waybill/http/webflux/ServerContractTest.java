package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerInterceptorContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** The filter keeps the contract of servers, in each way that handlers read the request. */
@ParameterizedClass
@EnumSource
class ServerContractTest extends ServerInterceptorContract {
  private final Reading reading;

  ServerContractTest(Reading reading) {
    this.reading = reading;
  }

  /** How a handler comes to what is current in the contract's service. */
  enum Reading {
    /** It takes it out of Reactor's context. */
    BY_KEY,
    /** Reactor makes it current, by waybill-context-propagation. */
    BY_HOOK
  }

  @BeforeEach
  void switchOn() {
    if (reading == Reading.BY_HOOK) {
      Hooks.enableAutomaticContextPropagation();
    }
  }

  @AfterEach
  void switchOff() {
    Hooks.disableAutomaticContextPropagation();
  }

  @Override
  protected Server start(Waybill waybill, Service service) {
    WebFilter[] filters =
        waybill == null ? new WebFilter[0] : new WebFilter[] {WaybillWebFlux.serverFilter(waybill)};
    WebFluxServer server = WebFluxServer.of(exchange -> handle(service, exchange), filters);
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/contract");
    return new Server() {
      @Override
      public CompletableFuture<Reply> call(Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<String>> answer =
            client.sendAsync(request.build(), BodyHandlers.ofString());
        return cancelling(answer, answer.thenApply(ServerContractTest::reply));
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  private Mono<Void> handle(Service service, ServerWebExchange exchange) {
    return Mono.deferContextual(
        view -> {
          Context context =
              reading == Reading.BY_KEY ? WaybillWebFlux.contextOf(view) : Context.current();
          Mono<String> text =
              Mono.defer(
                  () -> Mono.fromFuture(serve(service, context).toCompletableFuture(), true));
          return exchange
              .getResponse()
              .writeWith(
                  text.doOnNext(answer -> called(service, context))
                      .map(answer -> answer.getBytes(StandardCharsets.UTF_8))
                      .map(exchange.getResponse().bufferFactory()::wrap));
        });
  }

  private CompletionStage<String> serve(Service service, Context context) {
    if (reading == Reading.BY_HOOK) {
      return service.serve();
    }
    return context.wrapSupplier(service::serve).get();
  }

  private void called(Service service, Context context) {
    Runnable call = () -> service.called("doOnNext");
    (reading == Reading.BY_HOOK ? call : context.wrap(call)).run();
  }

  private static Reply reply(HttpResponse<String> response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, lines) -> headers.put(name, lines.get(0)));
    String text = response.statusCode() == 200 ? response.body() : "";
    return new Reply(Integer.toString(response.statusCode()), text, headers);
  }
}
