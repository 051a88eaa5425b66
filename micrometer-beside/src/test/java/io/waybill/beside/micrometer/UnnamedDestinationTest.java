package io.waybill.beside.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.tracing.BaggageInScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Boot sends baggage of its own to everybody, unless told otherwise. Its clients over ours send
 * nothing to whom nobody has named, and to others what they are to get.
 */
class UnnamedDestinationTest {
  private static ByBoot boot;

  private final Queue<Headers> received = new ConcurrentLinkedQueue<>();
  private HttpServer server;

  /** A client of Spring's over one of ours; named for a message. */
  private record Client(String name, CallsBy calls) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface CallsBy {
    void call(HttpClient client, String uri);
  }

  @BeforeAll
  static void start() {
    boot = new ByBoot(Around.OUTSIDE, true);
  }

  @AfterAll
  static void stop() {
    boot.close();
  }

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received.add(exchange.getRequestHeaders());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  static Stream<Client> clients() {
    return Stream.of(
        new Client(
            "RestClient",
            (client, uri) ->
                RestClient.builder()
                    .observationRegistry(boot.registry())
                    .requestFactory(new JdkClientHttpRequestFactory(client))
                    .build()
                    .get()
                    .uri(uri)
                    .retrieve()
                    .toBodilessEntity()),
        new Client(
            "WebClient",
            (client, uri) ->
                WebClient.builder()
                    .observationRegistry(boot.registry())
                    .clientConnector(new JdkClientHttpConnector(client))
                    .build()
                    .get()
                    .uri(uri)
                    .retrieve()
                    .toBodilessEntity()
                    .block()));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void unnamed_getsNoBaggage_notEvenBoots(Client client) {
    call(client, waybill -> {});

    assertThat(received.element()).doesNotContainKey("Baggage").containsKey("Traceparent");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void named_getsItOnce(Client client) {
    call(client, waybill -> waybill.destination(uri(), TrustZone.OWN));

    assertThat(received.element().get("Baggage"))
        .singleElement()
        .asString()
        .contains("user.id=anna", "plan=gold");
  }

  private void call(Client client, Consumer<WaybillBuilder> setUp) {
    WaybillBuilder builder = Fields.of(boot.openTelemetry());
    setUp.accept(builder);
    Waybill waybill = builder.build();
    HttpClient ours = WaybillHttpClient.newBuilder(waybill).build();
    waybill
        .request()
        .with(Identities.USER, "anna")
        .with(Identities.PLAN, "gold")
        .run(
            () ->
                boot.observe(
                    "inside",
                    () -> {
                      try (BaggageInScope unused =
                          boot.tracer().createBaggageInScope("remote", "theirs")) {
                        client.calls().call(ours, uri());
                      }
                      return "";
                    }));
  }

  private String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
