package io.waybill.http.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the contract does not know: calls that are subscribed to twice, redirects and bodies. */
@ParameterizedClass
@EnumSource
class ClientFilterTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private static final int KEPT = 20;

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final RecordingServer foreign =
      RecordingServer.answering(RecordingServer.status(200, "foreign"));
  private final RecordingServer own = RecordingServer.answering(this::answer);
  private final Queue<String> read = new ConcurrentLinkedQueue<>();
  private final AtomicInteger renewals = new AtomicInteger();
  private final Waybill waybill =
      Waybill.builder(telemetry.openTelemetry())
          .carry(USER, rule -> rule.alias("x-user"))
          .keep(TOKEN)
          .leakDetection(LeakDetection.STRICT)
          .destination(own.origin(), TrustZone.OWN)
          .credential(
              Credential.bearer(TOKEN, this::read)
                  .to(own.origin())
                  .plaintext()
                  .replayLimit(KEPT)
                  .renew(old -> "fresh-" + renewals.incrementAndGet()))
          .build();
  private final Connector.Open connector;
  private final WebClient client;

  ClientFilterTest(Connector connector) throws IOException {
    this.connector = connector.open();
    this.client =
        WebClient.builder()
            .clientConnector(this.connector.connector())
            .filter(WaybillWebFlux.clientFilter(waybill))
            .build();
  }

  private String read(String token) {
    RequestScope scope = RequestScope.currentOrNull();
    read.add(scope == null ? "nobody" : String.valueOf(scope.get(USER)));
    return token;
  }

  private void answer(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/moved" -> RecordingServer.redirect(302, foreign.origin() + "/end").to(exchange);
      case "/guarded" -> {
        String header = exchange.getRequestHeaders().getFirst("authorization");
        boolean isFresh = header != null && header.contains("fresh");
        RecordingServer.status(isFresh ? 200 : 401, isFresh ? "fine" : "who?").to(exchange);
      }
      default -> RecordingServer.status(200, "fine").to(exchange);
    }
  }

  @AfterEach
  void stop() {
    own.close();
    foreign.close();
    connector.close();
    assertThat(Context.current()).isSameAs(Context.root());
    telemetry.requireEachSpanEndedOnce();
    waybill.requireNoLeaks();
    telemetry.close();
  }

  private Mono<String> get(String path) {
    return client.get().uri(own.uri(path)).exchangeToMono(ClientFilterTest::text);
  }

  private static Mono<String> text(ClientResponse response) {
    return response
        .bodyToMono(String.class)
        .defaultIfEmpty("")
        .map(text -> response.statusCode().value() + " " + text);
  }

  private Context contextOf(String user) {
    return waybill.request().with(USER, user).call(Context::current);
  }

  private static <T> Mono<T> as(Context context, Mono<T> call) {
    return call.contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, context));
  }

  private List<String> users() {
    return own.seen().stream().map(seen -> seen.line("x-user")).toList();
  }

  @Test
  void subscription_isOfWhoSubscribes() {
    Mono<String> call = waybill.request().with(USER, "u-0").call(() -> get("/"));

    as(contextOf("u-1"), call).block();
    as(contextOf("u-2"), call).block();
    call.block();

    assertThat(users()).containsExactly("u-1", "u-2", null);
    assertThat(telemetry.spans(SpanKind.CLIENT)).hasSize(3);
  }

  /** Whoever waits for what another has asked for goes on as itself. */
  @Test
  void shared_answersLeaveNobodysContext() {
    Mono<String> shared = as(contextOf("u-1"), get("/shared")).cache();
    Mono<String> then = shared.delayElement(Duration.ofMillis(1)).flatMap(text -> get("/then"));

    Mono.zip(as(contextOf("u-2"), then), then, then).block();

    assertThat(own.seen())
        .filteredOn(seen -> seen.target().equals("/then"))
        .extracting(seen -> String.valueOf(seen.line("x-user")))
        .containsExactlyInAnyOrder("u-2", "null", "null");
  }

  private String seenBy(ExchangeFilterFunction answering) {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Mono<String> call =
        client
            .mutate()
            .filter(answering)
            .build()
            .get()
            .uri(own.uri("/"))
            .exchangeToMono(
                response -> {
                  RequestScope scope = RequestScope.currentOrNull();
                  seen.add(scope == null ? "nobody" : String.valueOf(scope.get(USER)));
                  return Mono.just("");
                });
    as(contextOf("u-1"), call).block();
    return String.join(",", seen);
  }

  /** Operators may be of many who share the call, so no request is current in them. */
  @Test
  void answer_whileItIsSent_isInNobodysContext() {
    Mono<ClientResponse> now = Mono.just(ClientResponse.create(HttpStatus.OK).build());

    assertThat(seenBy((request, next) -> now)).isEqualTo("nobody");
  }

  @Test
  void answer_onAThreadInARequest_isInNobodysContext() {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Executor others = task -> thread.execute(contextOf("u-9").wrap(task));
    Mono<ClientResponse> later =
        Mono.fromFuture(
            () ->
                CompletableFuture.supplyAsync(
                    () -> ClientResponse.create(HttpStatus.OK).build(), others));
    try {
      assertThat(seenBy((request, next) -> later)).isEqualTo("nobody");
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void reactorsContext_isBeforeTheCurrent() {
    Context current = contextOf("u-2");

    String answer = current.wrapSupplier(() -> as(contextOf("u-1"), get("/")).block()).get();

    assertThat(answer).isEqualTo("200 fine");
    assertThat(users()).containsExactly("u-1");
  }

  @Test
  void redirect_isNotFollowed() {
    assertThat(as(contextOf("u-1"), get("/moved")).block()).startsWith("302");
    assertThat(foreign.seen()).isEmpty();
  }

  @Test
  void usersHttpRequest_isStillCalled() {
    AtomicInteger called = new AtomicInteger();

    client
        .get()
        .uri(own.uri("/"))
        .httpRequest(http -> called.incrementAndGet())
        .retrieve()
        .bodyToMono(String.class)
        .block();

    assertThat(called).hasValue(1);
  }

  /** As a load balancer does. */
  private ExchangeFilterFunction leadingTo(RecordingServer server) {
    return (request, next) ->
        next.exchange(ClientRequest.from(request).url(server.uri("/moved-by-filter")).build());
  }

  private String getAsTold(WebClient client, RecordingServer named, String... headers) {
    Mono<String> call =
        client
            .get()
            .uri(named.uri("/"))
            .headers(
                all -> {
                  for (int i = 0; i < headers.length; i += 2) {
                    all.add(headers[i], headers[i + 1]);
                  }
                })
            .exchangeToMono(ClientFilterTest::text);
    return waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> {
              RequestScope.current().set(TOKEN, "t-1");
              Mono<String> ours = as(Context.current(), call);
              return Context.root().wrapSupplier(ours::block).get();
            });
  }

  @Test
  void address_changedBehindUs_isDecidedForWhatIsAsked() {
    WebClient away = client.mutate().filter(leadingTo(foreign)).build();
    getAsTold(away, own, "baggage", "mine=1", "x-user", "forged");

    RecordingServer.Seen seen = foreign.only();
    assertThat(seen.lines("traceparent")).hasSize(1);
    assertThat(seen.headers()).doesNotContainKeys("Baggage", "X-user", "Authorization");
    assertThat(own.seen()).isEmpty();
    assertThat(telemetry.spans(SpanKind.CLIENT)).hasSize(1);
  }

  @Test
  void address_changedBehindUs_getsWhatItMayHave() {
    WebClient home = client.mutate().filter(leadingTo(own)).build();
    getAsTold(home, foreign, "baggage", "mine=1", "x-user", "forged");

    RecordingServer.Seen seen = own.only();
    assertThat(seen.lines("traceparent")).hasSize(1);
    assertThat(seen.lines("baggage")).hasSize(1);
    assertThat(seen.line("baggage")).contains("mine=1").contains("user.id=u-1");
    assertThat(seen.lines("x-user")).containsExactly("u-1");
    assertThat(seen.lines("authorization")).containsExactly("Bearer t-1");
  }

  @Test
  void headers_ofTheUserAndOfTwoFilters_areEachOnce() {
    WebClient twice = client.mutate().filter(WaybillWebFlux.clientFilter(waybill)).build();
    getAsTold(
        twice,
        own,
        "baggage",
        "mine=1",
        "baggage",
        "user.id=forged",
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "x-user",
        "forged");

    RecordingServer.Seen seen = own.only();
    assertThat(seen.lines("traceparent")).hasSize(1);
    assertThat(seen.line("traceparent")).doesNotContain("0af7651916cd43dd8448eb211c80319c");
    assertThat(seen.lines("baggage")).hasSize(1);
    assertThat(seen.line("baggage")).contains("mine=1", "user.id=u-1").doesNotContain("forged");
    assertThat(seen.lines("x-user")).containsExactly("u-1");
    assertThat(seen.lines("authorization")).containsExactly("Bearer t-1");
  }

  @Test
  void users_functionsRunInTheCallersRequest() {
    getAsTold(client, own);

    assertThat(read).isNotEmpty().containsOnly("u-1");
  }

  private Mono<String> post(BodyInserter<?, ? super ClientHttpRequest> body) {
    return client.post().uri(own.uri("/guarded")).body(body).exchangeToMono(ClientFilterTest::text);
  }

  private void expectTwice(String body) {
    assertThat(own.seen())
        .extracting(seen -> seen.line("authorization").split("-", 2)[0] + " " + seen.body())
        .containsExactly("Bearer old " + body, "Bearer fresh " + body);
    assertThat(own.seen().get(1).lines("content-type"))
        .isEqualTo(own.seen().get(0).lines("content-type"))
        .hasSize(1);
    assertThat(own.seen().get(1).lines("content-length")).hasSizeLessThan(2);
  }

  @Test
  void rejected_isRepeated() {
    assertThat(guarded("old-1", get("/guarded"))).isEqualTo("200 fine");
    assertThat(own.seen())
        .extracting(seen -> seen.line("authorization").split("-", 2)[0])
        .containsExactly("Bearer old", "Bearer fresh");
  }

  @Test
  void rejected_value_isRepeated() {
    assertThat(guarded("old-1", post(BodyInserters.fromValue("payload")))).isEqualTo("200 fine");
    expectTwice("payload");
  }

  /** A publisher may be of one use: what it gave is kept. */
  @Test
  void rejected_publisher_isRepeatedAndSubscribedToOnce() {
    AtomicInteger subscribed = new AtomicInteger();
    Flux<String> body = Flux.just("pay", "load").doOnSubscribe(all -> subscribed.incrementAndGet());

    assertThat(guarded("old-1", post(BodyInserters.fromPublisher(body, String.class))))
        .isEqualTo("200 fine");
    expectTwice("payload");
    assertThat(subscribed).hasValue(1);
  }

  @Test
  void rejected_publisherOfNothing_isRepeated() {
    // Not Flux.empty(), which the JDK's client answers with a NullPointerException now and then.
    Flux<String> body = Flux.just("");

    assertThat(guarded("old-1", post(BodyInserters.fromPublisher(body, String.class))))
        .isEqualTo("200 fine");
    assertThat(own.seen()).hasSize(2);
  }

  @Test
  void rejected_moreThanIsKept_isTheUsers() {
    assertThat(guarded("old-1", post(BodyInserters.fromValue("p".repeat(KEPT + 1)))))
        .startsWith("401");
    assertThat(own.seen()).hasSize(1);
    assertThat(guarded("old-2", post(BodyInserters.fromValue("p".repeat(KEPT)))))
        .isEqualTo("200 fine");
  }

  private String guarded(String token, Mono<String> call) {
    return waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(TOKEN, token);
              return call.block();
            });
  }
}
