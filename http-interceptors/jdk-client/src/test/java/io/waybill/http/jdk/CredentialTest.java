package io.waybill.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials where HTTP has more to say than the contract: bodies, redirects, challenges. */
class CredentialTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final Telemetry telemetry = new Telemetry();
  private final AtomicInteger renewals = new AtomicInteger();
  private final Map<String, RecordingServer.Answer> pages = new ConcurrentHashMap<>();
  private String challenge = "";
  private RecordingServer server;
  private RecordingServer other;

  @BeforeEach
  void start() throws Exception {
    server = RecordingServer.answering(this::serve);
    other = RecordingServer.answering(RecordingServer.status(200, "other"));
  }

  /** Takes what was renewed, and what is no token at all where a page wants none. */
  private void serve(HttpExchange exchange) throws IOException {
    RecordingServer.Answer page = pages.get(exchange.getRequestURI().getPath());
    String header = exchange.getRequestHeaders().getFirst("authorization");
    if (page != null) {
      page.to(exchange);
    } else if (header != null && header.startsWith("Bearer fresh")) {
      RecordingServer.status(200, "fine").to(exchange);
    } else {
      if (!challenge.isEmpty()) {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
      }
      RecordingServer.status(401, "x".repeat(100_000)).to(exchange);
    }
  }

  @AfterEach
  void stop() {
    server.close();
    other.close();
    telemetry.close();
  }

  private Waybill waybill(UnaryOperator<Credential<String>> changed) {
    Credential<String> bearer =
        Credential.bearer(TOKEN, (String token) -> token)
            .to(server.origin())
            .plaintext()
            .renew(old -> "fresh-" + renewals.incrementAndGet());
    return telemetry.waybill().keep(TOKEN).credential(changed.apply(bearer)).build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri(path)).timeout(Duration.ofSeconds(30));
  }

  private static HttpResponse<String> send(Waybill waybill, HttpRequest request) throws Exception {
    return send(waybill, WaybillHttpClient.newBuilder(waybill), request);
  }

  private static HttpResponse<String> send(
      Waybill waybill, HttpClient.Builder client, HttpRequest request) throws Exception {
    return waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(TOKEN, "old");
              return client
                  .version(HttpClient.Version.HTTP_1_1)
                  .build()
                  .send(request, BodyHandlers.ofString());
            });
  }

  @Test
  void body_isSentAgain() throws Exception {
    HttpRequest request =
        request("/").header("x-mine", "1").POST(BodyPublishers.ofString("payload")).build();
    HttpResponse<String> answer = send(waybill(same -> same), request);

    assertThat(answer.body()).isEqualTo("fine");
    assertThat(server.seen()).extracting(seen -> seen.body()).containsExactly("payload", "payload");
    assertThat(server.seen())
        .extracting(seen -> seen.line("authorization") + seen.lines("x-mine"))
        .containsExactly("Bearer old[1]", "Bearer fresh-1[1]");
  }

  /** A stream that nobody can read twice. */
  @Test
  void body_ofUnknownLength_isSentAgain() throws Exception {
    InputStream once = new ByteArrayInputStream("streamed".getBytes(StandardCharsets.UTF_8));
    BodyPublisher stream = BodyPublishers.ofInputStream(() -> once);
    HttpResponse<String> answer = send(waybill(same -> same), request("/").POST(stream).build());

    assertThat(answer.body()).isEqualTo("fine");
    assertThat(server.seen())
        .extracting(seen -> seen.body())
        .containsExactly("streamed", "streamed");
  }

  @Test
  void body_ofNothing_isSentAgain() throws Exception {
    HttpRequest request = request("/").POST(BodyPublishers.ofByteArray(new byte[0])).build();

    assertThat(send(waybill(same -> same), request).body()).isEqualTo("fine");
  }

  /** The caller has his rejection, whole, and the next call the new token. */
  @Test
  void body_beyondTheLimit_isNotSentAgain() throws Exception {
    Waybill waybill = waybill(bearer -> bearer.replayLimit(6));
    HttpRequest request = request("/").POST(BodyPublishers.ofString("payload")).build();
    HttpResponse<String> answer = send(waybill, request);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).hasSize(100_000);
    assertThat(server.seen()).hasSize(1);
    assertThat(send(waybill, request("/").build()).body()).as("the next").isEqualTo("fine");
    assertThat(renewals).hasValue(1);
  }

  /** Who rejects it may never end what it says about that. */
  @ParameterizedTest
  @ValueSource(strings = {"breaks off", "stalls", "goes on"})
  @Timeout(60)
  void rejection_whoseBodyDoesNotEnd(String how) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    pages.put("/odd", exchange -> unending(exchange, how, over));
    try {
      HttpResponse<String> answer = send(waybill(same -> same), request("/odd").build());
      assertThat(answer.body()).isEqualTo("fine");
    } finally {
      over.countDown();
    }
  }

  private static void unending(HttpExchange exchange, String how, CountDownLatch over)
      throws IOException {
    if (!"Bearer old".equals(exchange.getRequestHeaders().getFirst("authorization"))) {
      RecordingServer.status(200, "fine").to(exchange);
      return;
    }
    exchange.sendResponseHeaders(401, 0);
    exchange.getResponseBody().write(new byte[100]);
    exchange.getResponseBody().flush();
    try {
      while (how.equals("goes on") && over.getCount() > 0) {
        exchange.getResponseBody().write(new byte[10_000]);
      }
      if (how.equals("stalls")) {
        over.await();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("of the test");
  }

  /** It counts like any other header: baggage gives way, and the server takes the call. */
  @Test
  void token_isCountedInTheHead() throws Exception {
    BaggageField<String> filler = BaggageField.attribute("filler", FieldCodec.string());
    Waybill waybill =
        telemetry
            .waybill()
            .carry(filler)
            .destination(server.origin(), TrustZone.OWN)
            .keep(TOKEN)
            .credential(
                Credential.bearer(TOKEN, (String token) -> "fresh" + "t".repeat(3000))
                    .to(server.origin())
                    .plaintext())
            .build();
    HttpResponse<String> answer =
        waybill
            .request()
            .with(filler, "x".repeat(5000))
            .call(
                () -> {
                  RequestScope.current().set(TOKEN, "old");
                  return WaybillHttpClient.newBuilder(waybill)
                      .version(HttpClient.Version.HTTP_1_1)
                      .build()
                      .send(request("/").build(), BodyHandlers.ofString());
                });

    assertThat(answer.body()).isEqualTo("fine");
    assertThat(server.only().lines("baggage").toString()).doesNotContain("filler");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer realm=\"shop\"", "Bearer error=\"invalid_token\""})
  void challenge_thatLetsRenew(String sent) throws Exception {
    challenge = sent;

    assertThat(send(waybill(same -> same), request("/").build()).body()).isEqualTo("fine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic realm=\"shop\"", "Bearer error=\"insufficient_scope\""})
  void challenge_ofAnotherKind(String sent) throws Exception {
    challenge = sent;
    HttpResponse<String> answer = send(waybill(same -> same), request("/").build());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).hasSize(100_000);
    assertThat(renewals).hasValue(0);
  }

  @Test
  void rejection_asSetUpSaysIt() throws Exception {
    pages.put("/odd", RecordingServer.status(419, "expired"));
    Waybill waybill = waybill(bearer -> bearer.rejectedBy(answer -> answer.status() == 419));

    assertThat(send(waybill, request("/odd").build()).statusCode()).isEqualTo(419);
    assertThat(server.seen()).hasSize(2);
    assertThat(send(waybill, request("/").build()).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"301", "302", "303", "307", "308"})
  void redirect_toAnotherHost_getsNone(int status) throws Exception {
    pages.put("/away", RecordingServer.redirect(status, other.uri("/").toString()));
    Waybill waybill = waybill(same -> same);
    HttpClient.Builder client =
        WaybillHttpClient.newBuilder(waybill).followRedirects(Redirect.ALWAYS);

    assertThat(send(waybill, client, request("/away").build()).body()).isEqualTo("other");
    assertThat(server.only().line("authorization")).isEqualTo("Bearer old");
    assertThat(other.only().lines("authorization")).isEmpty();
  }

  @Test
  void redirect_thereAndBack_hasItAgain() throws Exception {
    pages.put("/away", RecordingServer.redirect(302, other.uri("/back").toString()));
    other.close();
    other = RecordingServer.answering(RecordingServer.redirect(302, server.uri("/").toString()));
    pages.put("/away", RecordingServer.redirect(302, other.uri("/back").toString()));
    Waybill waybill = waybill(same -> same);
    HttpClient.Builder client =
        WaybillHttpClient.newBuilder(waybill).followRedirects(Redirect.ALWAYS);

    HttpResponse<String> answer = send(waybill, client, request("/away").build());
    assertThat(answer.body()).isEqualTo("fine");
    assertThat(other.only().lines("authorization")).isEmpty();
    assertThat(server.seen())
        .extracting(seen -> seen.target() + " " + seen.line("authorization"))
        .containsExactly("/away Bearer old", "/ Bearer old", "/ Bearer fresh-1");
  }

  /** A repeat is one of the requests that the JDK's own setting allows. */
  @Test
  void redirects_andTheRepeat_shareABudget() throws Exception {
    for (int i = 0; i < 4; i++) {
      pages.put("/" + i, RecordingServer.redirect(302, i == 3 ? "/" : "/" + (i + 1)));
    }
    Waybill waybill = waybill(same -> same);
    HttpClient.Builder client =
        WaybillHttpClient.newBuilder(waybill).followRedirects(Redirect.ALWAYS);

    assertThat(send(waybill, client, request("/0").build()).statusCode()).isEqualTo(401);
    assertThat(server.seen()).hasSize(5);
  }

  @Test
  void header_ofAnApiKey() throws Exception {
    Credential<String> key =
        Credential.header("x-api-key", TOKEN, (String token) -> token)
            .to(server.origin())
            .plaintext();
    Waybill waybill = telemetry.waybill().keep(TOKEN).credential(key).build();
    send(waybill, request("/").build());

    assertThat(server.only().line("x-api-key")).isEqualTo("old");
  }

  @Test
  void value_thatIsNoHeader_isNotSent() throws Exception {
    Credential<String> odd =
        Credential.header("x-api-key", TOKEN, (String token) -> token + "\r\nx-smuggled: 1")
            .to(server.origin())
            .plaintext();
    Waybill waybill = telemetry.waybill().keep(TOKEN).credential(odd).build();
    send(waybill, request("/").build());

    assertThat(server.only().headers()).doesNotContainKeys("X-api-key", "X-smuggled");
  }

  @Test
  void deadline_ofTheCaller_endsHisWaitOnly() throws Exception {
    CountDownLatch may = new CountDownLatch(1);
    Waybill waybill =
        waybill(
            bearer ->
                bearer.renew(
                    old -> {
                      may.await();
                      return "fresh-" + renewals.incrementAndGet();
                    }));
    HttpRequest hurried = request("/").timeout(Duration.ofMillis(300)).build();
    HttpResponse<String> answer = send(waybill, hurried);
    may.countDown();

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(send(waybill, request("/").build()).body()).isEqualTo("fine");
    assertThat(renewals).hasValue(1);
  }

  @Test
  void interrupt_ofTheCaller_endsHisWaitOnly() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch may = new CountDownLatch(1);
    Waybill waybill =
        waybill(
            bearer ->
                bearer.renew(
                    old -> {
                      begun.countDown();
                      may.await();
                      return "fresh-" + renewals.incrementAndGet();
                    }));
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                begun.await();
                caller.interrupt();
              } catch (InterruptedException never) {
                throw new AssertionError(never);
              }
            });
    interrupter.start();

    assertThatThrownBy(() -> send(waybill, request("/").build()))
        .isInstanceOf(InterruptedException.class);
    interrupter.join();
    may.countDown();
    assertThat(send(waybill, request("/").build()).body()).isEqualTo("fine");
    assertThat(renewals).hasValue(1);
  }

  /** Nobody has rejected it, and nobody has to. */
  @Test
  void expired_isRenewedBefore() throws Exception {
    Waybill waybill =
        waybill(
            bearer ->
                bearer.expires(
                    token -> token.equals("old") ? Instant.EPOCH : Instant.MAX,
                    Duration.ofSeconds(30)));

    assertThat(send(waybill, request("/").build()).body()).isEqualTo("fine");
    assertThat(server.only().line("authorization")).isEqualTo("Bearer fresh-1");
  }

  @Test
  void expiring_isRenewedBesideTheCall() throws Exception {
    Waybill waybill =
        waybill(
            bearer ->
                bearer.expires(
                    token -> token.equals("old") ? Instant.now().plusSeconds(60) : Instant.MAX,
                    Duration.ofHours(1)));
    pages.put("/open", RecordingServer.status(200, "fine"));

    assertThat(send(waybill, request("/open").build()).body()).isEqualTo("fine");
    assertThat(server.only().line("authorization")).isIn("Bearer old", "Bearer fresh-1");
    assertThat(renewals).hasValueLessThanOrEqualTo(1);
  }

  @Test
  void previousResponse_isTheRejection() throws Exception {
    HttpResponse<String> answer = send(waybill(same -> same), request("/").build());

    assertThat(answer.previousResponse()).map(HttpResponse::statusCode).contains(401);
  }
}
