package io.waybill.http.webflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.RequestScope;
import io.waybill.contextpropagation.OpenTelemetryContextAccessor;
import io.waybill.http.testing.RecordingServer;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;

/** What the contract does not know: Spring's own handlers, and who stands where. */
class ServerFilterTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final Queue<Optional<SocketAddress>> remotes = new ConcurrentLinkedQueue<>();
  private final RecordingServer next =
      RecordingServer.answering(RecordingServer.status(200, "fine"));
  private final Waybill waybill =
      Waybill.builder(telemetry.openTelemetry())
          .carry(USER)
          .leakDetection(LeakDetection.STRICT)
          .peers(peer -> TrustZone.OWN)
          .skip("/health"::equals)
          .destination(next.origin(), TrustZone.OWN)
          .onRequest(
              (incoming, scope) -> remotes.add(Optional.ofNullable(incoming.peer().remote())))
          .build();
  private final WebClient client =
      WebClient.builder().filter(WaybillWebFlux.clientFilter(waybill)).build();
  private final HttpClient plain =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ServerFilterTest() throws IOException {}

  @AfterEach
  void stop() {
    next.close();
    telemetry.requireEachSpanEndedOnce();
    waybill.requireNoLeaks();
    telemetry.close();
  }

  @ResponseStatus(HttpStatus.CONFLICT)
  static class NotYours extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @EnableWebFlux
  static class Handlers {
    @Bean
    RouterFunction<ServerResponse> routes() {
      return RouterFunctions.route()
          .GET("/orders/{id}", request -> ServerResponse.ok().bodyValue("order"))
          .GET("/gone", request -> Mono.error(new ResponseStatusException(HttpStatus.GONE)))
          .GET("/annotated", request -> Mono.error(new IllegalStateException(new NotYours())))
          .GET("/broken", request -> Mono.error(new IllegalArgumentException("by the test")))
          .build();
    }
  }

  private int get(WebFluxServer server, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("baggage", "user.id=u-1");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return plain.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private SpanData spanOf(String path) throws Exception {
    try (AnnotationConfigApplicationContext spring =
            new AnnotationConfigApplicationContext(Handlers.class);
        WebFluxServer server =
            WebFluxServer.of(
                WebHttpHandlerBuilder.applicationContext(spring)
                    .filters(all -> all.add(0, WaybillWebFlux.serverFilter(waybill))))) {
      int status = get(server, path);
      SpanData span = telemetry.span(SpanKind.SERVER);
      assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
          .isEqualTo(status);
      return span;
    }
  }

  @Test
  void route_isThePatternOfTheHandler() throws Exception {
    SpanData span = spanOf("/orders/7");

    assertThat(span.getName()).isEqualTo("GET /orders/{id}");
    assertThat(span.getAttributes().get(AttributeKey.stringKey("http.route")))
        .isEqualTo("/orders/{id}");
    assertThat(span.getAttributes().get(AttributeKey.stringKey("url.path"))).isEqualTo("/orders/7");
  }

  @Test
  void errorThatIsAnAnswer_isNoFault() throws Exception {
    SpanData span = spanOf("/gone");

    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(410);
  }

  @Test
  void errorWhoseCauseIsAnAnswer_isNoFault() throws Exception {
    assertThat(spanOf("/annotated").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void unknownPath_isNoFault() throws Exception {
    assertThat(spanOf("/unknown").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void error_isShownByItsClass() throws Exception {
    SpanData span = spanOf("/broken");

    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo(IllegalArgumentException.class.getName());
  }

  /** Over the time of another thread, and without Reactor's hook. */
  @Test
  void identity_goesOnThroughTheClient() throws Exception {
    try (WebFluxServer server =
        WebFluxServer.of(
            exchange ->
                Mono.delay(Duration.ofMillis(1))
                    .flatMap(n -> client.get().uri(next.uri("/")).retrieve().toBodilessEntity())
                    .then(),
            WaybillWebFlux.serverFilter(waybill))) {
      get(server, "/");
    }

    assertThat(next.only().line("baggage")).contains("user.id=u-1");
    assertThat(next.only().line("traceparent"))
        .contains(telemetry.span(SpanKind.SERVER).getTraceId());
  }

  @Test
  void twice_isOneRequest_andSkippedIsNone() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    WebFilter filter = WaybillWebFlux.serverFilter(waybill);
    try (WebFluxServer server =
        WebFluxServer.of(
            exchange ->
                Mono.deferContextual(
                    view -> {
                      RequestScope scope = WaybillWebFlux.scopeOrNull(view);
                      seen.add(scope == null ? "nobody" : scope.get(USER));
                      return Mono.empty();
                    }),
            filter,
            WaybillWebFlux.serverFilter(waybill))) {
      get(server, "/");
      get(server, "/health");
    }

    assertThat(seen).containsExactly("u-1", "nobody");
    assertThat(telemetry.spans(SpanKind.SERVER)).hasSize(1);
  }

  /** Anybody writes that header. */
  @Test
  void address_ofAForwardedHeader_isNotThePeers() throws Exception {
    try (WebFluxServer server =
        WebFluxServer.of(
            WebHttpHandlerBuilder.webHandler(exchange -> Mono.empty())
                .filter(WaybillWebFlux.serverFilter(waybill))
                .forwardedHeaderTransformer(new ForwardedHeaderTransformer()))) {
      get(server, "/", "x-forwarded-for", "10.0.0.1");
      get(server, "/");
    }

    expectLoopback(2);
  }

  /** Boot's {@code server.forward-headers-strategy=native}. */
  @Test
  void address_thatTheServerTakesFromAHeader_isNotThePeers() throws Exception {
    try (WebFluxServer server =
        WebFluxServer.of(
            WebHttpHandlerBuilder.webHandler(exchange -> Mono.empty())
                .filter(WaybillWebFlux.serverFilter(waybill)),
            netty -> netty.forwarded(true))) {
      get(server, "/", "x-forwarded-for", "10.0.0.1");
    }

    expectLoopback(1);
  }

  private void expectLoopback(int requests) {
    assertThat(remotes)
        .hasSize(requests)
        .allSatisfy(
            remote ->
                assertThat(((InetSocketAddress) remote.orElseThrow()).getAddress())
                    .isEqualTo(InetAddress.getLoopbackAddress()));
  }

  @Test
  void scope_ofNoRequest_saysWhatToDo() {
    assertThatThrownBy(() -> WaybillWebFlux.scope(reactor.util.context.Context.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("serverFilter");
  }

  @Test
  void key_isThatOfTheHook() {
    assertThat(WaybillWebFlux.CONTEXT_KEY).isEqualTo(OpenTelemetryContextAccessor.KEY);
  }
}
