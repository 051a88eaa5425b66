package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthGrpc;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.spring.Spans;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientsProperties.Factory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.client.ImportGrpcClients;
import org.springframework.web.reactive.function.client.WebClient;

/** Clients that Micrometer observes, as Boot sets it up: one span for each call, and it is sent. */
class ObservedClientsTest {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Spans.class, Imperative.Services.class})
  @ImportGrpcClients(target = "shop", types = HealthGrpc.HealthBlockingStub.class)
  static class Application {
    @Bean
    BaggageField<String> user() {
      return Shop.USER;
    }

    @Bean
    BaggageField<String> plan() {
      return Shop.PLAN;
    }

    @Bean
    io.waybill.LocalField<String> token() {
      return Shop.TOKEN;
    }
  }

  private final Recorder server =
      new Recorder(
          exchange -> {
            if (exchange.getRequestURI().getPath().equals("/within")) {
              Recorder.redirect(exchange, 302, "/end");
            } else {
              Recorder.status(exchange, 200, "fine");
            }
          });
  private final Health health = new Health(null);

  private void run(Consumer<ConfigurableApplicationContext> task, String... properties) {
    try (ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties(Spans.PROPERTIES)
            .properties(properties)
            .properties(
                "spring.grpc.server.port=0",
                "spring.grpc.client.channel.shop.target=static://" + health.authority(),
                "waybill.destinations[0].url=" + server.origin(),
                "waybill.destinations[0].zone=own",
                "waybill.destinations[1].url=grpc://" + health.authority(),
                "waybill.destinations[1].zone=own")
            .run()) {
      Shop.as(
          application,
          "u-1",
          () -> {
            task.accept(application);
            return 0;
          });
      List<SpanData> spans = spans(application);
      assertThat(spans).extracting(SpanData::getKind).containsExactly(SpanKind.CLIENT);
      sent = spans.get(0);
    } finally {
      server.close();
      health.close();
    }
  }

  private SpanData sent;

  private static List<SpanData> spans(ConfigurableApplicationContext application) {
    try {
      return application.getBean(Spans.class).await(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertSent(List<String> baggage, List<String> traceparent) {
    assertThat(baggage).isNotEmpty().allSatisfy(line -> assertThat(line).contains("user.id=u-1"));
    assertThat(traceparent)
        .hasSameSizeAs(baggage)
        .allSatisfy(line -> assertThat(line).contains(sent.getTraceId()));
    assertThat(traceparent.get(0)).contains(sent.getSpanId());
  }

  private void assertSent() {
    for (Recorder.Seen seen : server.seen()) {
      assertSent(seen.lines("baggage"), seen.lines("traceparent"));
    }
    assertThat(server.seen()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void restClient_hasOneSpan(Factory factory) {
    run(
        context -> Imperative.REST_CLIENT.get(context, server.origin(), "/within"),
        "spring.http.clients.imperative.factory=" + factory);

    assertSent();
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void restTemplate_hasOneSpan() {
    run(context -> Imperative.REST_TEMPLATE.get(context, server.origin(), "/within"));

    assertSent();
  }

  @Test
  void httpExchange_hasOneSpan() {
    run(context -> Imperative.HTTP_EXCHANGE.get(context, server.origin(), "/within"));

    assertSent();
  }

  @Test
  void webClient_hasOneSpan() {
    run(
        context ->
            context
                .getBean(WebClient.Builder.class)
                .build()
                .get()
                .uri(URI.create(server.origin() + "/within"))
                .retrieve()
                .toBodilessEntity()
                .block(Duration.ofSeconds(30)));

    assertSent();
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void grpc_hasOneSpan() {
    run(context -> Health.check(context.getBean(HealthGrpc.HealthBlockingStub.class)));

    assertSent(health.lines("baggage"), health.lines("traceparent"));
  }

  private static String without(String observation) {
    return "spring.autoconfigure.exclude=org.springframework.boot." + observation;
  }

  @Test
  void restClient_thatNothingObserves_hasOneOfOurs() {
    run(
        context -> Imperative.REST_CLIENT.get(context, server.origin(), "/end"),
        without("restclient.autoconfigure.RestClientObservationAutoConfiguration"));

    assertSent();
  }

  @Test
  void webClient_thatNothingObserves_hasOneOfOurs() {
    run(
        context ->
            context
                .getBean(WebClient.Builder.class)
                .build()
                .get()
                .uri(URI.create(server.origin() + "/end"))
                .retrieve()
                .toBodilessEntity()
                .block(Duration.ofSeconds(30)),
        without("webclient.autoconfigure.WebClientObservationAutoConfiguration"));

    assertSent();
  }

  @Test
  void grpc_thatNothingObserves_hasOneOfOurs() {
    run(
        context -> Health.check(context.getBean(HealthGrpc.HealthBlockingStub.class)),
        "spring.grpc.client.observation.enabled=false");

    assertSent(health.lines("baggage"), health.lines("traceparent"));
  }
}
