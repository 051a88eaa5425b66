package io.waybill.spring.client;

import io.opentelemetry.context.Context;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientsProperties.Connector;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** A WebClient keeps the contract of clients as Boot sets it up, over each connector. */
@ParameterizedClass
@EnumSource
class WebClientContractTest extends ClientInterceptorContract {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Connector connector;

  WebClientContractTest(Connector connector) {
    this.connector = connector;
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    WebClientAutoConfiguration.class,
    HttpClientAutoConfiguration.class,
    ReactiveHttpClientAutoConfiguration.class,
    org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration.class
  })
  static class Application {}

  @Override
  protected Server serve(Service service) {
    return Contracts.serve(service);
  }

  @Override
  protected Client open(@Nullable Waybill waybill, String origin, Runnable below) {
    AnnotationConfigApplicationContext application = new AnnotationConfigApplicationContext();
    TestPropertyValues.of("spring.http.clients.reactive.connector=" + connector)
        .applyTo(application);
    application.registerBean(ReactorResourceFactory.class, () -> NettyOfTests.SHARED);
    if (waybill != null) {
      application.registerBean(Waybill.class, () -> waybill);
    }
    application.register(Application.class);
    application.refresh();
    WebClient.Builder builder =
        application
            .getBean(WebClient.Builder.class)
            .filter(
                (request, next) -> {
                  below.run(); // where the filter is called
                  return Mono.defer(
                      () -> {
                        below.run(); // and where what it made is subscribed to
                        return next.exchange(request);
                      });
                });
    return new OpenClient(application, builder.build(), origin);
  }

  private record OpenClient(
      AnnotationConfigApplicationContext application, WebClient client, String origin)
      implements Client {
    @Override
    public String call(Map<String, String> headers) throws Exception {
      try {
        return request(headers).exchangeToMono(OpenClient::text).block(LONGEST);
      } catch (RuntimeException failure) {
        throw new ExecutionException(Exceptions.unwrap(failure));
      }
    }

    /** The callback reads what Reactor's context has where the user's operators are. */
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
                            Context known = view.get(WaybillWebFlux.CONTEXT_KEY);
                            known.wrap(() -> callback.accept("exchangeToMono")).run();
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
      application.close();
    }
  }
}
