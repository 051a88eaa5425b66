package io.waybill.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@MethodSource("io.waybill.examples.conformance.Kinds#each")
class HarnessTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  @Parameter private Kinds kinds;
  private HttpServer harness;
  private String url;

  private record Received(
      String method,
      String path,
      String type,
      List<String> traces,
      List<String> states,
      String body) {}

  @BeforeEach
  void start() throws IOException {
    harness = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    harness.createContext("/", this::receive);
    harness.start();
    url = "http://127.0.0.1:" + harness.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    harness.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      received.add(
          new Received(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("content-type"),
              exchange.getRequestHeaders().get("traceparent"),
              exchange.getRequestHeaders().get("tracestate"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      exchange.sendResponseHeaders(500, -1);
    }
  }

  @Test
  void test_postsEachInTurn() throws Exception {
    String own = url.substring("http://".length());
    try (TestService service = kinds.start("--own", own)) {
      TestService.Answer answer =
          service.post(
              "/test",
              "[{\"url\":\""
                  + url
                  + "/1\",\"arguments\":[]},"
                  + "{\"url\":\""
                  + url
                  + "/2\",\"arguments\":[{\"url\":\"x\",\"arguments\":[1.0]}]}]",
              "content-type: application/json",
              "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01",
              "tracestate: a=1,b=2");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(received).extracting(Received::method).containsExactly("POST", "POST");
      assertThat(received).extracting(Received::path).containsExactly("/1", "/2");
      assertThat(received)
          .extracting(Received::body)
          .containsExactly("[]", "[{\"url\":\"x\",\"arguments\":[1.0]}]");
      assertThat(received).extracting(Received::type).containsOnly("application/json");
      assertThat(received)
          .allSatisfy(call -> assertThat(call.traces()).singleElement().asString().contains(TRACE));
      assertThat(received).allSatisfy(call -> assertThat(call.states()).containsExactly("a=1,b=2"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "{}",
        "null",
        "[null]",
        "[1]",
        "[{}]",
        "[{\"url\":\"URL\"}]",
        "[{\"arguments\":[]}]",
        "[{\"url\":\"URL\",\"arguments\":[]}] x",
        "[{url:\"URL\",arguments:[]}]",
        "[{\"url\":\"URL\",\"arguments\":[]},{\"url\":\"no url\",\"arguments\":[]}]"
      })
  void test_wrongBodySendsNothing(String body) throws Exception {
    try (TestService service = kinds.start()) {
      TestService.Answer answer = service.post("/test", body.replace("URL", url));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().has("error")).isTrue();
      assertThat(received).isEmpty();
    }
  }

  @Test
  void test_nobodyAnswers() throws Exception {
    try (Socket deaf = TestService.deafPort();
        TestService service = kinds.start()) {
      String nobody = "http://" + Loopback.at(deaf.getLocalPort());
      TestService.Answer answer =
          service.post("/test", "[{\"url\":\"" + nobody + "\",\"arguments\":{}}]");

      assertThat(answer.status()).isEqualTo(502);
    }
  }
}
