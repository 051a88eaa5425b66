package io.waybill.http.jdkserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract does not know: how this server's exchanges end, and what they show. */
class WaybillHttpServerTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private static final BasicAuthenticator NAME_IS_PASSWORD =
      new BasicAuthenticator("test") {
        @Override
        public boolean checkCredentials(String name, String password) {
          return name.equals(password);
        }
      };

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<RequestScope> scopes = new ConcurrentLinkedQueue<>();
  private final Waybill waybill = waybill();

  private Waybill waybill() {
    return Waybill.builder(telemetry.openTelemetry())
        .carry(USER)
        .leakDetection(LeakDetection.STRICT)
        .peers(peer -> TrustZone.OWN)
        .onRequest((incoming, scope) -> scopes.add(scope))
        .build();
  }

  @AfterEach
  void allHasEnded() {
    assertThat(Context.current()).isSameAs(Context.root());
    telemetry.requireEachSpanEndedOnce();
    waybill.requireNoLeaks();
    telemetry.close();
  }

  @Test
  void exchangeThatIsAnsweredLater_endsThen() throws Exception {
    LinkedBlockingQueue<HttpExchange> waiting = new LinkedBlockingQueue<>();
    try (SmallServer server = SmallServer.start(waybill, waiting::add)) {
      var answer = client.sendAsync(request(server, "/", "u-1"), BodyHandlers.ofString());
      HttpExchange exchange = waiting.poll(30, TimeUnit.SECONDS);
      RequestScope scope = scopes.remove();

      assertThat(scope.isEnded()).isFalse();
      answer(exchange, 200, scope.require(USER));

      assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("u-1");
    }
  }

  /** The handler may still call others, and its secrets are not wiped under it. */
  @Test
  void answerWithinTheHandler_leavesTheRequestOpenUntilItReturns() throws Exception {
    Queue<Boolean> ended = new ConcurrentLinkedQueue<>();
    HttpHandler handler =
        exchange -> {
          answer(exchange, 200, "done");
          ended.add(RequestScope.current().isEnded());
        };
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      get(server, "/", "u-1");
    }
    assertThat(ended).containsExactly(false);
    assertThat(scopes.remove().isEnded()).isTrue();
  }

  @Test
  void eachWayToEndAnExchange_endsTheRequest() throws Exception {
    List<HttpHandler> ways =
        List.of(
            exchange -> exchange.sendResponseHeaders(204, -1),
            exchange -> answer(exchange, 200, "closed body"),
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.close();
            },
            HttpExchange::close,
            exchange -> {
              throw new IOException("of the test");
            },
            exchange -> {
              exchange.setStreams(null, new GZIPOutputStream(exchange.getResponseBody()));
              answer(exchange, 200, 0, "zipped");
            });
    for (HttpHandler way : ways) {
      try (SmallServer server = SmallServer.start(waybill, way)) {
        var unused =
            client
                .sendAsync(request(server, "/", "u-1"), BodyHandlers.ofByteArray())
                .handle((response, failure) -> failure)
                .get(30, TimeUnit.SECONDS);
      }
      assertThat(scopes.remove().isEnded()).isTrue();
    }
  }

  @Test
  void requestsOfOneConnection_haveTheirOwnUsers() throws Exception {
    HttpHandler handler = exchange -> answer(exchange, 200, RequestScope.current().require(USER));
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      for (String user : List.of("u-1", "u-2", "u-3")) {
        assertThat(get(server, "/", user).body()).isEqualTo(user);
      }
    }
  }

  /** They are shared by all exchanges of an HttpContext before JDK 26. */
  @Test
  void attributes_areTheUsersAlone() throws Exception {
    Queue<Object> seen = new ConcurrentLinkedQueue<>();
    HttpHandler handler =
        exchange -> {
          exchange.getHttpContext().getAttributes().values().forEach(seen::add);
          exchange.setAttribute("mine", "value");
          seen.add(exchange.getAttribute("mine"));
          answer(exchange, 200, "");
        };
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      get(server, "/", "u-1");
    }
    assertThat(seen).containsExactly("value");
  }

  @Test
  void filterThatStandsTwice_opensOneRequest() throws Exception {
    HttpHandler handler = exchange -> answer(exchange, 200, "");
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      server.with(WaybillHttpServer.filter(waybill));
      get(server, "/", "u-1");
    }
    assertThat(scopes).hasSize(1);
    assertThat(telemetry.spans()).hasSize(1);
  }

  @Test
  void secondWaybill_hasARequestOfItsOwn() throws Exception {
    Waybill second = waybill();
    HttpHandler handler = exchange -> answer(exchange, 200, "");
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      server.with(WaybillHttpServer.filter(second));
      server.with(WaybillHttpServer.filter(waybill));
      get(server, "/", "u-1");
    }
    assertThat(scopes).hasSize(2).allMatch(RequestScope::isEnded);
    second.requireNoLeaks();
  }

  @Test
  void authenticatorBehindTheFilter_works() throws Exception {
    HttpHandler handler = exchange -> answer(exchange, 200, principal(exchange));
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      server.with(WaybillHttpServer.filter(waybill)).context().setAuthenticator(NAME_IS_PASSWORD);

      assertThat(getAs(server, "a:a").body()).isEqualTo("a of u-1");
      assertThat(getAs(server, "a:b").statusCode()).isEqualTo(401);
    }
    assertThat(scopes).hasSize(2).allMatch(RequestScope::isEnded);
  }

  @Test
  void wrappedHandlerBehindAnAuthenticator_mayAnswerLater() throws Exception {
    LinkedBlockingQueue<HttpExchange> waiting = new LinkedBlockingQueue<>();
    HttpHandler handler = WaybillHttpServer.wrap(waiting::add, waybill);
    try (SmallServer server = SmallServer.start(null, handler)) {
      server.context().setAuthenticator(NAME_IS_PASSWORD);
      var answer = client.sendAsync(request(server, "a:a"), BodyHandlers.ofString());
      HttpExchange exchange = waiting.poll(30, TimeUnit.SECONDS);
      assertThat(scopes.element().isEnded()).isFalse();
      answer(exchange, 200, exchange.getPrincipal().getUsername());
      assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("a");
    }
    assertThat(scopes).hasSize(1).allMatch(RequestScope::isEnded);
  }

  private HttpResponse<String> getAs(SmallServer server, String credentials) throws Exception {
    return client.send(request(server, credentials), BodyHandlers.ofString());
  }

  private static HttpRequest request(SmallServer server, String credentials) {
    String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(URI.create(server.origin()))
        .headers("Authorization", "Basic " + basic, "baggage", "user.id=u-1")
        .build();
  }

  private static String principal(HttpExchange exchange) {
    return exchange.getPrincipal().getUsername() + " of " + RequestScope.current().get(USER);
  }

  @Test
  void spanOfAnAnswer_hasTheRouteOfItsContext() throws Exception {
    HttpHandler handler = exchange -> answer(exchange, 503, "");
    try (SmallServer server = SmallServer.start(null, exchange -> answer(exchange, 404, ""))) {
      server
          .server()
          .createContext("/orders", handler)
          .getFilters()
          .add(WaybillHttpServer.filter(waybill));
      get(server, "/orders/17?access_token=secret&page=2", "u-1");
    }
    SpanData span = telemetry.spans().get(0);
    assertThat(span.getName()).isEqualTo("GET /orders");
    assertThat(text(span, "http.route")).isEqualTo("/orders");
    assertThat(text(span, "url.path")).isEqualTo("/orders/17");
    assertThat(text(span, "url.query")).isEqualTo("access_token=REDACTED&page=2");
    assertThat(text(span, "url.scheme")).isEqualTo("http");
    assertThat(text(span, "client.address")).isEqualTo("127.0.0.1");
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(503);
    assertThat(span.getStatus()).isEqualTo(StatusData.error());
  }

  /** Nothing goes over the wire: the server closes the connection. */
  @Test
  void handlerThatThrows_isShownWithoutAStatus() throws Exception {
    HttpHandler handler =
        exchange -> {
          throw new IllegalStateException("secret");
        };
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      assertThatThrownBy(() -> get(server, "/", "u-1")).isInstanceOf(IOException.class);
    }
    SpanData span = telemetry.spans().get(0);
    assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isNull();
    assertThat(span.toString()).doesNotContain("secret");
  }

  /** Strangers send what they like; each is answered, or refused by the server itself. */
  @Test
  void hostileHeaders_areAnswered() throws Exception {
    HttpHandler handler =
        exchange -> answer(exchange, 200, String.valueOf(RequestScope.current().get(USER)));
    List<String> hostile =
        new ArrayList<>(List.of("", ",,,", "user.id", "=;=", "user.id=%", "%00=1"));
    hostile.add("user.id=" + "x".repeat(7_000));
    hostile.add("a=b,".repeat(1_500));
    try (SmallServer server = SmallServer.start(waybill, handler)) {
      for (String line : hostile) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(server.origin()))
                .headers("baggage", line, "baggage", line, "traceparent", line, "tracestate", line)
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }
  }

  private HttpResponse<String> get(SmallServer server, String path, String user) throws Exception {
    return client.send(request(server, path, user), BodyHandlers.ofString());
  }

  private static HttpRequest request(SmallServer server, String path, String user) {
    return HttpRequest.newBuilder(URI.create(server.origin() + path))
        .header("baggage", "user.id=" + user)
        .build();
  }

  private static String text(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    answer(exchange, status, body.length == 0 ? -1 : body.length, text);
  }

  private static void answer(HttpExchange exchange, int status, long length, String text)
      throws IOException {
    exchange.sendResponseHeaders(status, length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
