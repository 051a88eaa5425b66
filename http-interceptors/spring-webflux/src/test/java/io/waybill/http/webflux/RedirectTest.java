package io.waybill.http.webflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;

/** What of a request comes where a connector is led: only what that server may have. */
class RedirectTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final RecordingServer foreign = RecordingServer.answering(this::sendBack);
  private final RecordingServer own = RecordingServer.answering(this::answer);
  private final Waybill waybill =
      Waybill.builder(telemetry.openTelemetry())
          .carry(USER, rule -> rule.alias("x-user"))
          .keep(TOKEN)
          .destination(own.origin(), TrustZone.OWN)
          .credential(
              Credential.bearer(TOKEN, (String token) -> token).to(own.origin()).plaintext())
          .build();

  RedirectTest() throws IOException {}

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/end")) {
      RecordingServer.status(200, "fine").to(exchange);
    } else {
      RecordingServer.redirect(307, foreign.origin() + path).to(exchange);
    }
  }

  private void sendBack(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/away")) {
      RecordingServer.status(200, "foreign").to(exchange);
    } else {
      RecordingServer.redirect(307, own.origin() + "/end").to(exchange);
    }
  }

  @AfterEach
  void stop() {
    own.close();
    foreign.close();
    assertThat(Context.current()).isSameAs(Context.root());
    telemetry.requireEachSpanEndedOnce();
    telemetry.close();
  }

  private WebClient client(ClientHttpConnector connector) {
    return WebClient.builder()
        .clientConnector(connector)
        .filter(WaybillWebFlux.clientFilter(waybill))
        .build();
  }

  private String asCaller(Supplier<String> call) {
    return waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> {
              RequestScope.current().set(TOKEN, "t-1");
              return call.get();
            });
  }

  /** In a request that is carried in Reactor's context alone, as in a handler. */
  private String inRequest(Mono<String> call) {
    return asCaller(
        () -> {
          Context caller = Context.current();
          Mono<String> callers =
              call.contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, caller));
          return Context.root().wrapSupplier(callers::block).get();
        });
  }

  private Mono<String> get(WebClient client, String path) {
    return client.get().uri(own.uri(path)).retrieve().bodyToMono(String.class);
  }

  /** Its body comes on another thread, where nothing is current. */
  private Mono<String> post(WebClient client, String path) {
    Mono<String> body = Mono.delay(Duration.ofMillis(1)).map(n -> "body");
    return client
        .post()
        .uri(own.uri(path))
        .body(body, String.class)
        .retrieve()
        .bodyToMono(String.class);
  }

  private void expectNothing(Mono<String> call, String said) {
    assertThatThrownBy(() -> inRequest(call)).hasStackTraceContaining(said);
    assertThat(own.seen()).isEmpty();
    assertThat(foreign.seen()).isEmpty();
    assertThat(telemetry.spans(SpanKind.CLIENT)).hasSize(1);
  }

  @Test
  void netty_thatFollows_sendsNothing() {
    var following =
        reactor.netty.http.client.HttpClient.create(ConnectionProvider.newConnection())
            .followRedirect(true);

    expectNothing(
        get(client(new ReactorClientHttpConnector(following)), "/away"),
        "expected: HttpClient.followRedirect(false)");
  }

  /** What it does is known better than what is said of it. */
  @Test
  void netty_thatFollowsAndIsTrusted_sendsNothing() {
    var following =
        reactor.netty.http.client.HttpClient.create(ConnectionProvider.newConnection())
            .followRedirect(true);

    expectNothing(
        get(client(WaybillWebFlux.trusted(new ReactorClientHttpConnector(following))), "/away"),
        "connector: follows redirects");
  }

  /** Boot's JDK connector follows, and can't be asked. */
  @Test
  void jdk_thatNobodySpeaksFor_sendsNothing() {
    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    expectNothing(
        get(client(new JdkClientHttpConnector(following)), "/away"),
        "does not say whether it follows redirects");
  }

  @Test
  void connector_ofAClientThatFollows_isRefused() {
    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    assertThatThrownBy(() -> WaybillWebFlux.connector(following))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NORMAL");
  }

  private ClientHttpConnector deciding() {
    return WaybillWebFlux.trusted(
        new JdkClientHttpConnector(
            WaybillHttpClient.newBuilder(waybill)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build()));
  }

  private static void expectTraceOnly(Seen seen) {
    assertThat(seen.lines("traceparent")).hasSize(1);
    assertThat(seen.headers()).doesNotContainKeys("Baggage", "X-user", "Authorization");
  }

  private static void expectAll(Seen seen) {
    assertThat(seen.lines("traceparent")).hasSize(1);
    assertThat(seen.lines("baggage"))
        .singleElement()
        .satisfies(line -> assertThat(line).containsOnlyOnce("user.id=u-1"));
    assertThat(seen.lines("x-user")).containsExactly("u-1");
    assertThat(seen.lines("authorization")).containsExactly("Bearer t-1");
  }

  /** The filter brings the request; the client below decides at each hop. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waybillsJdkClient_away_tellsNothing(boolean withBody) {
    WebClient client = client(deciding());

    assertThat(inRequest(withBody ? post(client, "/away") : get(client, "/away")))
        .isEqualTo("foreign");
    expectAll(own.only());
    expectTraceOnly(foreign.only());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waybillsJdkClient_awayAndBack_tellsItsOwn(boolean withBody) {
    WebClient client = client(deciding());

    assertThat(inRequest(withBody ? post(client, "/back") : get(client, "/back")))
        .isEqualTo("fine");
    expectTraceOnly(foreign.only());
    assertThat(own.seen()).hasSize(2).allSatisfy(RedirectTest::expectAll);
  }

  /** Without the filter there is the request that is current where the call is subscribed to. */
  @Test
  void waybillsJdkClient_withoutTheFilter_decidesToo() {
    WebClient plain = WebClient.builder().clientConnector(deciding()).build();

    assertThat(asCaller(() -> get(plain, "/back").block())).isEqualTo("fine");
    expectTraceOnly(foreign.only());
    assertThat(own.seen()).hasSize(2).allSatisfy(RedirectTest::expectAll);
  }
}
