package io.waybill.beside.starter;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.opentelemetry.instrumentation.WaybillInstrumentation;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * An application that is traced by OpenTelemetry's starter, and has no adapter and no starter of
 * ours.
 */
class StarterTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final RecordingServer own =
      RecordingServer.answering(RecordingServer.status(200, "arrived"));
  private final RecordingServer third =
      RecordingServer.answering(RecordingServer.status(200, "arrived"));

  StarterTest() throws Exception {}

  @AfterEach
  void close() {
    own.close();
    third.close();
  }

  @Configuration
  @EnableAutoConfiguration
  @Import(Orders.class)
  static class Application {
    @Bean
    Waybill waybill(OpenTelemetry openTelemetry) {
      Waybill waybill =
          Waybill.configured(openTelemetry).carry(USER).leakDetection(LeakDetection.STRICT).build();
      WaybillInstrumentation.install(openTelemetry, waybill);
      return waybill;
    }

    @Bean
    RestClient client(RestClient.Builder builder) {
      return builder.build();
    }
  }

  @RestController
  static class Orders {
    private final RestClient client;

    Orders(RestClient client) {
      this.client = client;
    }

    @GetMapping("/who")
    String who() {
      RequestScope scope = RequestScope.currentOrNull();
      return scope == null ? "no request" : "user " + scope.get(USER);
    }

    @GetMapping("/call")
    String call(URI uri) {
      RequestScope.current().identify(USER, "u-1");
      return client.get().uri(uri).retrieve().body(String.class);
    }
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    for (String signal : List.of("traces", "metrics", "logs")) {
      properties.put("otel." + signal + ".exporter", "none");
    }
    properties.put("server.port", "0");
    properties.put("otel.propagators", "tracecontext,waybill");
    properties.put("waybill.identities", "user.id");
    properties.put("waybill.destinations", own.origin() + "=own");
    properties.put("waybill.peers", "dns:*.shop.internal=own");
    return properties;
  }

  private static String get(ConfigurableApplicationContext application, String path)
      throws Exception {
    int port = ((WebServerApplicationContext) application).getWebServer().getPort();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("baggage", "user.id=admin")
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private interface Check {
    void check(ConfigurableApplicationContext application) throws Exception;
  }

  /**
   * A client has its answer before its request has ended; once the application is closed, it has.
   */
  private static void run(Map<String, String> properties, Check check) throws Exception {
    Waybill waybill;
    try (ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class).properties(Map.copyOf(properties)).run()) {
      waybill = application.getBean(Waybill.class);
      check.check(application);
    }
    waybill.requireNoLeaks();
  }

  private List<String> called(Map<String, String> properties) throws Exception {
    run(
        properties,
        application -> {
          assertThat(get(application, "/who")).isEqualTo("user null");
          for (RecordingServer server : List.of(own, third)) {
            assertThat(get(application, "/call?uri=" + server.uri("/"))).isEqualTo("arrived");
          }
        });
    return List.of(baggage(own), baggage(third));
  }

  private static String baggage(RecordingServer server) {
    assertThat(server.only().lines("traceparent")).as("traced by the starter").hasSize(1);
    return String.join(" / ", server.only().lines("baggage"));
  }

  /** Its RestClient is instrumented above the redirects of what is below. */
  @Test
  void restClient_sendsNothing() throws Exception {
    assertThat(called(properties())).containsExactly("", "");
  }

  @Test
  void restClient_whoseRedirectsAreTrusted_sendsToWhomThePolicyNames() throws Exception {
    Map<String, String> properties = properties();
    properties.put("waybill.redirects.trust", "spring-web-3.1");
    List<String> called = called(properties);

    assertThat(called.get(0)).contains("user.id=u-1");
    assertThat(called.get(1)).isEmpty();
  }

  /** By the request object of the container: the span's attributes are what a caller says. */
  @Test
  void listener_thatIsOurs_isBelieved() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Map<String, String> properties = properties();
    properties.put("server.port", String.valueOf(port));
    properties.put("waybill.peers", "listener:" + port + "=own");

    run(properties, application -> assertThat(get(application, "/who")).isEqualTo("user admin"));
  }
}
