package io.waybill.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.spring.Spans;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A server of Spring WebFlux, beside Micrometer Tracing as Boot sets it up. */
class WebFluxServerTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      excludeName = {
        "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration"
      })
  @Import(Spans.class)
  static class Application {
    @Bean
    BaggageField<String> user() {
      return USER;
    }

    @RestController
    static class Orders {
      @GetMapping("/orders/{id}")
      Mono<String> order(@PathVariable("id") String id) {
        return Mono.deferContextual(view -> Mono.just(WaybillWebFlux.scope(view)))
            .doOnNext(scope -> scope.identify(USER, "u-" + id))
            .map(scope -> id + " of " + scope.get(USER));
      }

      @GetMapping("/who")
      Mono<String> who() {
        return Mono.deferContextual(
            view -> Mono.just(String.valueOf(WaybillWebFlux.scope(view).get(USER))));
      }

      /** What is current in the operators, on a thread of another scheduler as well. */
      @GetMapping("/current/{id}")
      Mono<String> current(@PathVariable("id") String id) {
        RequestScope.current().identify(USER, "u-" + id);
        return Mono.delay(Duration.ofMillis(1), Schedulers.parallel())
            .map(tick -> String.valueOf(RequestScope.current().get(USER)));
      }
    }
  }

  private static ConfigurableApplicationContext start(Map<String, Object> properties) {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.REACTIVE)
        .properties(Spans.PROPERTIES)
        .properties(properties)
        .run();
  }

  private static HttpResponse<String> get(ConfigurableApplicationContext application, String path)
      throws Exception {
    int port = ((ReactiveWebServerApplicationContext) application).getWebServer().getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("baggage", "user.id=forged")
            .header("x-forwarded-for", "10.0.0.1")
            .header("forwarded", "for=10.0.0.1")
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  @Test
  void request_isOpen_andOneSpanShowsIt() throws Exception {
    try (ConfigurableApplicationContext application = start(Map.of())) {
      HttpResponse<String> answer = get(application, "/orders/17");

      assertThat(answer.body()).isEqualTo("17 of u-17");
      List<SpanData> spans = application.getBean(Spans.class).await(1);
      assertThat(spans).hasSize(1);
      SpanData span = spans.get(0);
      assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
      assertThat(span.getName()).contains("/orders/{id}");
      assertThat(span.getAttributes().get(AttributeKey.stringKey("user.id"))).isEqualTo("u-17");
      assertThat(span.getAttributes().get(AttributeKey.stringKey("request.id")))
          .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
    }
  }

  @Test
  void request_isCurrentInHandlersAndOperators() throws Exception {
    try (ConfigurableApplicationContext application = start(Map.of())) {
      assertThat(get(application, "/current/17").body()).isEqualTo("u-17");
    }
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/8, null", "127.0.0.0/8, forged"})
  void peer_isWhoConnects_whateverForwardedSays(String from, String seen) throws Exception {
    int port = Spans.freePort();
    Map<String, Object> properties =
        Map.of(
            "server.port", port,
            "server.forward-headers-strategy", "framework",
            "waybill.peers[0].listener", port,
            "waybill.peers[0].zone", "own",
            "waybill.peers[0].from", from);
    try (ConfigurableApplicationContext application = start(properties)) {
      assertThat(get(application, "/who").body()).isEqualTo(seen);
    }
  }
}
