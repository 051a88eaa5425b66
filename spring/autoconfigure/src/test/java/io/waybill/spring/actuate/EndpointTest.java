package io.waybill.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.spring.Spans;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What operators see over HTTP, and in the meters. */
class EndpointTest {
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
  }

  private static ConfigurableApplicationContext start(String... properties) {
    return new SpringApplicationBuilder(Application.class)
        .properties(Spans.PROPERTIES)
        .properties(
            "waybill.identities=tenant.id",
            "waybill.fields.[tenant.id].show=hashed",
            "waybill.peers[0].listener=8443",
            "waybill.peers[0].zone=own",
            "waybill.peers[0].from=10.0.0.0/8",
            "waybill.destinations[0].url=https://api.partner.example",
            "waybill.destinations[0].zone=partner",
            "waybill.destinations[0].fields=tenant.id")
        .properties(properties)
        .run();
  }

  private static void call(Waybill waybill, String destination) {
    waybill
        .request()
        .with(USER, "u-secret")
        .run(() -> waybill.send(Context.current(), Destination.of(URI.create(destination))).end());
  }

  private static String get(ConfigurableApplicationContext application) throws Exception {
    int port = ((ServletWebServerApplicationContext) application).getWebServer().getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/waybill");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void endpoint_tellsNamesAndCounts_andNoValue() throws Exception {
    try (ConfigurableApplicationContext application =
        start("management.endpoints.web.exposure.include=waybill")) {
      call(application.getBean(Waybill.class), "http://api.partner.example");
      call(application.getBean(Waybill.class), "https://api.partner.example");

      assertThat(get(application))
          .contains("\"name\":\"user.id\",\"kind\":\"identity\",\"admittedFrom\":\"OWN\"")
          .contains("\"name\":\"tenant.id\"")
          .contains("\"shown\":\"HASHED\"")
          .contains("\"peers\":[\"listener:8443=own 10.0.0.0/8\"]")
          .contains("\"pattern\":\"https://api.partner.example:443\",\"zone\":\"PARTNER\"")
          .contains("\"fields\":[\"tenant.id\"],\"released\":0,\"withheld\":1")
          .contains("\"nearMiss\":\"http://api.partner.example:80: ")
          .contains("\"members\":64")
          .doesNotContain("u-secret");
    }
  }

  @Test
  void endpoint_isNotExposedByItself() throws Exception {
    try (ConfigurableApplicationContext application = start()) {
      assertThat(application.getBeansOfType(WaybillEndpoint.class)).isEmpty();
      assertThat(get(application)).contains("404");
    }
  }

  @Test
  void counters_areMeters() {
    try (ConfigurableApplicationContext application = start()) {
      call(application.getBean(Waybill.class), "https://else.example");

      assertThat(
              application.getBean(MeterRegistry.class).get("waybill.dropped").counters().stream()
                  .mapToDouble(counter -> counter.count())
                  .sum())
          .isGreaterThanOrEqualTo(1);
    }
  }
}
