package io.waybill.http.jdk;

import static io.waybill.http.testing.Telemetry.PLAN;
import static io.waybill.http.testing.Telemetry.TENANT;
import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.Headers;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.MirrorMode;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaybillHttpClientTest {
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final Telemetry telemetry = new Telemetry();
  private RecordingServer server;

  @BeforeEach
  void start() throws IOException {
    server = RecordingServer.answering(RecordingServer.status(200, "fine"));
  }

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
  }

  @Test
  void send_toOwn_carriesIdentityAttributesAndForeignMembers() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();

    try (Scope ignored = foreign("region", "eu").makeCurrent()) {
      as(waybill, "u-1", () -> send(waybill, get("/")));
    }

    assertThat(server.only().lines("baggage")).hasSize(1);
    assertThat(members(server.only()))
        .contains("user.id=u-1", "tenant.id=t-1", "plan=gold", "region=eu")
        .anyMatch(member -> member.startsWith("request.id="))
        .hasSize(5);
  }

  @Test
  void send_sameHostOtherPort_isAnotherDestination() throws Exception {
    try (RecordingServer other = RecordingServer.answering(RecordingServer.status(200, ""))) {
      Waybill waybill = telemetry.waybill().destination(other.origin(), TrustZone.OWN).build();

      as(waybill, "u-1", () -> send(waybill, get("/")));
    }

    assertThat(server.only().lines("baggage")).isEmpty();
  }

  @Test
  void send_withBaggageOfTheApplication_sendsExactlyOneLine() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/"))
            .header("baggage", "user.id=forged,mine=1")
            .header("Baggage", "also=2")
            .build();

    as(waybill, "u-1", () -> send(waybill, request));

    assertThat(server.only().lines("baggage")).hasSize(1);
    assertThat(members(server.only()))
        .contains("user.id=u-1", "mine=1", "also=2")
        .doesNotContain("user.id=forged");
  }

  @Test
  void send_identityAboveAscii_isPercentEncoded() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();

    as(waybill, "Zoë, 100%\r\nx: y", () -> send(waybill, get("/")));

    assertThat(members(server.only())).contains("user.id=Zo%C3%AB%2C%20100%25%0D%0Ax:%20y");
    assertThat(server.only().lines("x")).isEmpty();
  }

  @Test
  void response_showsTheUsersRequest() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    HttpRequest request = get("/");

    HttpResponse<String> response = as(waybill, "u-1", () -> send(waybill, request));

    assertThat(response.request()).isSameAs(request);
    assertThat(response.body()).isEqualTo("fine");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.uri()).isEqualTo(request.uri());
    assertThat(response.previousResponse()).isEmpty();
    assertThat(response.sslSession()).isEmpty();
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(response.toString()).doesNotContain("u-1");
  }

  @Test
  void post_keepsBodyHeadersAndTimeout() throws Exception {
    Waybill waybill = telemetry.waybill().build();
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/"))
            .timeout(Duration.ofSeconds(30))
            .header("x-multi", "1")
            .header("x-multi", "2")
            .POST(BodyPublishers.ofString("payload"))
            .build();

    send(waybill, request);

    assertThat(server.only().method()).isEqualTo("POST");
    assertThat(server.only().body()).isEqualTo("payload");
    assertThat(server.only().line("content-length")).isEqualTo("7");
    assertThat(server.only().lines("x-multi")).containsExactly("1", "2");
  }

  @Test
  void span_describesRequestAndAnswer() throws Exception {
    Waybill waybill = telemetry.waybill().build();
    URI uri = URI.create("http://user:secret@127.0.0.1:" + server.port() + "/a?b=c");

    as(waybill, "u-1", () -> send(waybill, HttpRequest.newBuilder(uri).build()));

    SpanData span = telemetry.spans().get(0);
    assertThat(telemetry.spans()).hasSize(1);
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attribute(span, "http.request.method")).isEqualTo("GET");
    assertThat(attribute(span, "url.full"))
        .isEqualTo("http://REDACTED:REDACTED@127.0.0.1:" + server.port() + "/a?b=c");
    assertThat(attribute(span, "server.address")).isEqualTo("127.0.0.1");
    assertThat(attribute(span, "user.id")).isEqualTo("u-1");
    assertThat(number(span, "server.port")).isEqualTo(server.port());
    assertThat(number(span, "http.response.status_code")).isEqualTo(200);
    assertThat(number(span, "http.request.resend_count")).isNull();
    assertThat(attribute(span, "error.type")).isNull();
  }

  @Test
  void span_ofUnknownMethod_hasNoUnforeseenName() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/")).method("BREW", BodyPublishers.noBody()).build();

    send(telemetry.waybill().build(), request);

    SpanData span = telemetry.spans().get(0);
    assertThat(span.getName()).isEqualTo("HTTP");
    assertThat(attribute(span, "http.request.method")).isEqualTo("_OTHER");
    assertThat(attribute(span, "http.request.method_original")).isEqualTo("BREW");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 500, 503})
  void span_ofErrorStatus_isAnError(int status) throws Exception {
    try (RecordingServer failing = RecordingServer.answering(RecordingServer.status(status, ""))) {
      HttpResponse<String> response =
          send(telemetry.waybill().build(), HttpRequest.newBuilder(failing.uri("/")).build());

      assertThat(response.statusCode()).isEqualTo(status);
    }

    SpanData span = telemetry.spans().get(0);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attribute(span, "error.type")).isEqualTo(Integer.toString(status));
    assertThat(number(span, "http.response.status_code")).isEqualTo(status);
  }

  @Test
  void send_connectionRefused_throwsAndEndsTheSpan() throws Exception {
    Waybill waybill = telemetry.waybill().build();

    try (DeafPort nobody = new DeafPort()) {
      assertThatThrownBy(() -> send(waybill, HttpRequest.newBuilder(nobody.uri()).build()))
          .isInstanceOf(ConnectException.class);
      assertThatThrownBy(
              () ->
                  WaybillHttpClient.newBuilder(waybill)
                      .build()
                      .sendAsync(
                          HttpRequest.newBuilder(nobody.uri()).build(), BodyHandlers.discarding())
                      .get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ConnectException.class);
    }
    assertThat(telemetry.spans())
        .hasSize(2)
        .allSatisfy(
            span -> {
              assertThat(span.getAttributes().get(ERROR_TYPE))
                  .isEqualTo(ConnectException.class.getName());
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            });
  }

  @Test
  void send_timedOut_throwsAndEndsTheSpan() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (RecordingServer slow = RecordingServer.answering(exchange -> await(release))) {
      HttpRequest request =
          HttpRequest.newBuilder(slow.uri("/")).timeout(Duration.ofMillis(100)).build();

      // Of a subclass, where it has not even been connected by then.
      HttpTimeoutException thrown =
          catchThrowableOfType(
              HttpTimeoutException.class, () -> send(telemetry.waybill().build(), request));
      release.countDown();

      assertThat(telemetry.spans()).hasSize(1);
      assertThat(telemetry.spans().get(0).getAttributes().get(ERROR_TYPE))
          .isEqualTo(thrown.getClass().getName());
    }
  }

  @Test
  void send_refusedRequest_throwsAsTheJdkDoes() {
    HttpRequest noHost = new UsersRequest("GET", URI.create("ftp://127.0.0.1/"), null);

    assertThatThrownBy(() -> send(telemetry.waybill().build(), noHost))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(telemetry.spans()).hasSize(1);
    assertThatThrownBy(() -> send(telemetry.waybill().build(), null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void spans_never_propagatesWithoutSpan() throws Exception {
    Waybill waybill =
        telemetry
            .waybill()
            .spans(SpanMode.NEVER)
            .destination(server.origin(), TrustZone.OWN)
            .build();

    as(waybill, "u-1", () -> send(waybill, get("/")));

    assertThat(telemetry.spans()).isEmpty();
    assertThat(members(server.only())).contains("user.id=u-1");
  }

  @Test
  void wrappedTwice_startsOneSpanAndSendsOneLine() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    HttpClient twice =
        WaybillHttpClient.wrap(WaybillHttpClient.newBuilder(waybill).build(), waybill);

    as(waybill, "u-1", () -> twice.send(get("/"), BodyHandlers.ofString()));

    assertThat(telemetry.spans()).hasSize(1);
    assertThat(server.only().lines("baggage")).hasSize(1);
    assertThat(server.only().lines("traceparent")).hasSize(1);
  }

  /** As a library instrumentation of HTTP does it, which wraps the client that we return. */
  @Test
  void spans_auto_startsNoneWhereAnotherInstrumentationDid() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    OpenTelemetry others = telemetry.openTelemetry();
    Span theirs =
        others.getTracer("other").spanBuilder("GET").setSpanKind(SpanKind.CLIENT).startSpan();
    HttpRequest.Builder traced = HttpRequest.newBuilder(get("/"), (name, value) -> true);
    Context caller = Context.root().with(theirs);
    W3CTraceContextPropagator.getInstance()
        .inject(caller, traced, (request, name, value) -> request.setHeader(name, value));
    try (Scope ignored = caller.makeCurrent()) {
      send(waybill, traced.build());
    }
    theirs.end();

    assertThat(telemetry.spans()).singleElement().matches(span -> span.getName().equals("GET"));
    assertThat(server.only().lines("traceparent"))
        .singleElement()
        .asString()
        .contains(theirs.getSpanContext().getSpanId());
  }

  /** A server that knows OpenTelemetry alone reads what we send. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void openTelemetryOnlyServer_readsAttributesForeignMembersAndIdentity(boolean own)
      throws Exception {
    CompletableFuture<Baggage> read = new CompletableFuture<>();
    try (RecordingServer plain =
        RecordingServer.answering(
            exchange -> {
              read.complete(extract(exchange.getRequestHeaders()));
              exchange.sendResponseHeaders(204, -1);
            })) {
      Waybill waybill =
          telemetry
              .waybill()
              .destination(plain.origin(), own ? TrustZone.OWN : TrustZone.PUBLIC)
              .mirrorIdentity(MirrorMode.NEVER)
              .build();
      try (Scope ignored = foreign("region", "e u").makeCurrent()) {
        as(waybill, "u-1", () -> send(waybill, HttpRequest.newBuilder(plain.uri("/")).build()));
      }
    }

    Baggage baggage = read.get(30, TimeUnit.SECONDS);
    assertThat(baggage.getEntryValue("plan")).isEqualTo(own ? "gold" : null);
    assertThat(baggage.getEntryValue("region")).isEqualTo(own ? "e u" : null);
    assertThat(baggage.getEntryValue("user.id")).isEqualTo(own ? "u-1" : null);
  }

  @Test
  void builder_forwardsItsSettings() throws Exception {
    CookieManager cookies = new CookieManager();
    Executor executor = Runnable::run;
    Authenticator authenticator = new Authenticator() {};
    SSLContext tls = SSLContext.getDefault();

    HttpClient client =
        WaybillHttpClient.newBuilder(telemetry.waybill().build())
            .cookieHandler(cookies)
            .executor(executor)
            .authenticator(authenticator)
            .sslContext(tls)
            .sslParameters(tls.getDefaultSSLParameters())
            .connectTimeout(Duration.ofSeconds(7))
            .followRedirects(Redirect.NORMAL)
            .version(HttpClient.Version.HTTP_1_1)
            .priority(3)
            .proxy(ProxySelector.of(null))
            .build();

    assertThat(client.cookieHandler()).containsSame(cookies);
    assertThat(client.executor()).containsSame(executor);
    assertThat(client.authenticator()).containsSame(authenticator);
    assertThat(client.sslContext()).isSameAs(tls);
    assertThat(client.sslParameters().getProtocols()).isNotEmpty();
    assertThat(client.connectTimeout()).contains(Duration.ofSeconds(7));
    assertThat(client.followRedirects()).isEqualTo(Redirect.NORMAL);
    assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(client.proxy()).isPresent();
  }

  @Test
  void builder_withoutSettings_followsNoRedirect() {
    HttpClient client = WaybillHttpClient.newBuilder(telemetry.waybill().build()).build();

    assertThat(client.followRedirects()).isEqualTo(Redirect.NEVER);
  }

  /** JDK 19 brought it; the inherited method throws. */
  @Test
  void builder_localAddress_isForwardedWhereTheJdkHasIt() throws Exception {
    HttpClient.Builder builder = WaybillHttpClient.newBuilder(telemetry.waybill().build());
    if (Runtime.version().feature() >= 19) {
      HttpClient.Builder.class
          .getMethod("localAddress", InetAddress.class)
          .invoke(builder, InetAddress.getByName("127.0.0.3"));
    }

    assertThat(builder.build().send(get("/"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @Test
  void cookieHandler_worksBelowUs() throws Exception {
    try (RecordingServer setting =
        RecordingServer.answering(
            exchange -> {
              exchange.getResponseHeaders().add("Set-Cookie", "session=1; Path=/");
              exchange.sendResponseHeaders(204, -1);
            })) {
      HttpClient client =
          WaybillHttpClient.newBuilder(telemetry.waybill().build())
              .cookieHandler(new CookieManager())
              .build();
      HttpRequest request = HttpRequest.newBuilder(setting.uri("/")).build();

      client.send(request, BodyHandlers.discarding());
      client.send(request, BodyHandlers.discarding());

      assertThat(setting.seen().get(0).lines("cookie")).isEmpty();
      assertThat(setting.seen().get(1).lines("cookie")).containsExactly("session=1");
    }
  }

  @Test
  void authenticator_answersAChallengeWithinOneHop() throws Exception {
    try (RecordingServer guarded =
        RecordingServer.answering(
            exchange -> {
              boolean known = exchange.getRequestHeaders().containsKey("Authorization");
              exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"r\"");
              exchange.sendResponseHeaders(known ? 204 : 401, -1);
            })) {
      Waybill waybill = telemetry.waybill().destination(guarded.origin(), TrustZone.OWN).build();
      HttpClient client =
          WaybillHttpClient.newBuilder(waybill)
              .authenticator(
                  new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                      return new PasswordAuthentication("n", "p".toCharArray());
                    }
                  })
              .build();

      HttpResponse<Void> response =
          as(
              waybill,
              "u-1",
              () ->
                  client.send(
                      HttpRequest.newBuilder(guarded.uri("/")).build(), BodyHandlers.discarding()));

      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(response.previousResponse().map(HttpResponse::statusCode)).contains(401);
      assertThat(guarded.seen())
          .hasSize(2)
          .allSatisfy(seen -> assertThat(members(seen)).contains("user.id=u-1"));
      assertThat(telemetry.spans()).hasSize(1);
    }
  }

  @Test
  void webSocket_addsNothing() {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    HttpClient client = WaybillHttpClient.newBuilder(waybill).build();
    URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/");

    as(
        waybill,
        "u-1",
        () ->
            assertThatThrownBy(
                    () ->
                        client
                            .newWebSocketBuilder()
                            .buildAsync(uri, new WebSocket.Listener() {})
                            .get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class));

    assertThat(server.only().line("upgrade")).isEqualTo("websocket");
    assertThat(server.only().lines("baggage")).isEmpty();
    assertThat(server.only().lines("traceparent")).isEmpty();
  }

  @Test
  void wrap_clientThatFollowsRedirects_isRefused() {
    HttpClient following = HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();

    assertThatThrownBy(() -> WaybillHttpClient.wrap(following, telemetry.waybill().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NORMAL")
        .hasMessageContaining("expected: NEVER");
  }

  @Test
  void wrap_clientThatFollowsNone_carriesIdentity() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    HttpClient client = WaybillHttpClient.wrap(HttpClient.newHttpClient(), waybill);

    as(waybill, "u-1", () -> client.send(get("/"), BodyHandlers.discarding()));

    assertThat(members(server.only())).contains("user.id=u-1");
  }

  @Test
  void manyUsers_atOnce_neverMix() throws Exception {
    Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
    HttpClient client = WaybillHttpClient.newBuilder(waybill).build();
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try {
      List<CompletableFuture<Void>> calls =
          java.util.stream.IntStream.range(0, 1000)
              .mapToObj(i -> CompletableFuture.runAsync(() -> call(waybill, client, i), threads))
              .toList();
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }

    assertThat(server.seen())
        .hasSize(1000)
        .allSatisfy(
            seen -> assertThat(members(seen)).contains("user.id=u-" + seen.target().substring(1)));
  }

  private void call(Waybill waybill, HttpClient client, int i) {
    as(
        waybill,
        "u-" + i,
        () -> {
          if (i % 2 == 0) {
            return client.send(get("/" + i), BodyHandlers.discarding());
          }
          return client
              .sendAsync(get("/" + i), BodyHandlers.discarding())
              .whenComplete(
                  (response, failure) -> assertThat(Telemetry.currentUser()).isEqualTo("u-" + i))
              .get(30, TimeUnit.SECONDS);
        });
  }

  private interface Action<V> {
    V call() throws Exception;
  }

  private static <V> V as(Waybill waybill, String user, Action<V> action) {
    try {
      return waybill
          .request()
          .with(USER, user)
          .with(TENANT, "t-1")
          .with(PLAN, "gold")
          .call(action::call);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> send(Waybill waybill, HttpRequest request)
      throws IOException, InterruptedException {
    return WaybillHttpClient.newBuilder(waybill).build().send(request, BodyHandlers.ofString());
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(server.uri(path)).build();
  }

  private static List<String> members(Seen seen) {
    return List.of(seen.line("baggage").split(","));
  }

  private static Context foreign(String name, String value) {
    return Context.root().with(Baggage.builder().put(name, value).build());
  }

  private static String attribute(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  private static Long number(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.longKey(name));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Baggage extract(Headers headers) {
    Context extracted =
        W3CBaggagePropagator.getInstance().extract(Context.root(), headers, new HeadersGetter());
    return Baggage.fromContext(extracted);
  }

  private static final class HeadersGetter implements TextMapGetter<Headers> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Headers headers) {
      return headers.keySet();
    }

    @Override
    public String get(Headers headers, String name) {
      return headers.getFirst(name);
    }
  }
}
