package io.waybill.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.spring.Spans;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A server of Spring MVC, beside Micrometer Tracing as Boot sets it up. */
class ServletServerTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      excludeName = {
        "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration"
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
      String order(@PathVariable("id") String id) {
        RequestScope scope = RequestScope.current();
        scope.identify(USER, "u-" + id);
        return id + " of " + scope.get(USER);
      }

      @GetMapping("/who")
      String who() {
        return String.valueOf(RequestScope.current().get(USER));
      }
    }
  }

  private static ConfigurableApplicationContext start(Map<String, Object> properties) {
    return new SpringApplicationBuilder(Application.class)
        .properties(Spans.PROPERTIES)
        .properties(properties)
        .run();
  }

  private static HttpResponse<String> get(ConfigurableApplicationContext application, String path)
      throws Exception {
    int port = ((ServletWebServerApplicationContext) application).getWebServer().getPort();
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
      assertThat(answer.headers().firstValue("x-request-id")).isPresent();
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
  void request_thatNothingObserves_hasASpanOfOurs() throws Exception {
    String observer =
        "org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration";
    try (ConfigurableApplicationContext application =
        start(Map.of("spring.autoconfigure.exclude", observer))) {
      get(application, "/orders/17");

      SpanData span = application.getBean(Spans.class).await(1).get(0);
      assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
      assertThat(span.getName()).isEqualTo("GET /orders/{id}");
    }
  }

  @Test
  void spans_showWhatIsSaid() throws Exception {
    try (ConfigurableApplicationContext application =
        start(Map.of("waybill.tracing.fields", "request.id"))) {
      get(application, "/orders/17");

      SpanData span = application.getBean(Spans.class).await(1).get(0);
      assertThat(span.getAttributes().get(AttributeKey.stringKey("request.id"))).isNotNull();
      assertThat(span.getAttributes().get(AttributeKey.stringKey("user.id"))).isNull();
    }
  }

  @Test
  void disabled_isAsWithoutUs() throws Exception {
    try (ConfigurableApplicationContext application = start(Map.of("waybill.enabled", "false"))) {
      assertThat(get(application, "/orders/17").statusCode()).isEqualTo(500);
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
