package io.waybill.http.jdk;

import static io.waybill.http.testing.Telemetry.PLAN;
import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Answer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestPeer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
  private static final SSLContext TLS =
      TestPeer.named("ip:127.0.0.1", "dns:localhost").sslContext();

  private final Telemetry telemetry = new Telemetry();
  private final Map<String, Answer> pages = new ConcurrentHashMap<>();
  private RecordingServer own;
  private RecordingServer other;
  private RecordingServer secure;

  @BeforeEach
  void start() throws IOException {
    own = RecordingServer.answering(exchange -> page(exchange.getRequestURI()).to(exchange));
    other = RecordingServer.answering(exchange -> page(exchange.getRequestURI()).to(exchange));
    secure =
        RecordingServer.answeringTls(TLS, exchange -> page(exchange.getRequestURI()).to(exchange));
  }

  @AfterEach
  void stop() {
    own.close();
    other.close();
    secure.close();
    telemetry.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_toAnotherPortAndBack_isDecidedAtEachHop(int status) throws Exception {
    pages.put("/1", RecordingServer.redirect(status, other.origin() + "/2"));
    pages.put("/2", RecordingServer.redirect(status, own.origin() + "/3"));

    HttpResponse<String> response = send(ownOnly(), withCredentials(own.uri("/1")));

    assertThat(response.body()).isEqualTo("arrived");
    assertThat(own.seen()).hasSize(2);
    Seen back = own.seen().get(1);
    assertThat(members(own.seen().get(0))).contains("user.id=u-1", "plan=gold");
    assertThat(other.only().lines("baggage")).isEmpty();
    assertThat(other.only().lines("traceparent")).hasSize(1);
    assertThat(other.only().headers().entrySet().toString()).doesNotContain("u-1", "gold");
    assertThat(members(back)).contains("user.id=u-1", "plan=gold");
    assertThat(back.lines("baggage")).hasSize(1);
    assertThat(back.lines("traceparent")).hasSize(1);
    assertCredentials(own.seen().get(0), true);
    assertCredentials(other.only(), false);
    assertCredentials(back, false);
    assertThat(other.only().line("x-mine")).isEqualTo("kept");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectAsync_toAnotherPortAndBack_isDecidedAtEachHop(int status) {
    pages.put("/1", RecordingServer.redirect(status, other.origin() + "/2"));
    pages.put("/2", RecordingServer.redirect(status, own.origin() + "/3"));
    Waybill waybill = ownOnly();

    HttpResponse<String> response =
        asUser(
            waybill,
            () ->
                client(waybill, Redirect.NORMAL)
                    .sendAsync(withCredentials(own.uri("/1")), BodyHandlers.ofString())
                    .join());

    assertThat(response.body()).isEqualTo("arrived");
    assertThat(members(own.seen().get(0))).contains("user.id=u-1");
    assertThat(other.only().lines("baggage")).isEmpty();
    assertThat(members(own.seen().get(1))).contains("user.id=u-1");
    assertCredentials(own.seen().get(0), true);
    assertCredentials(other.only(), false);
    assertCredentials(own.seen().get(1), false);
  }

  @Test
  void redirect_toAnotherHostName_isAnotherOrigin() throws Exception {
    pages.put("/1", RecordingServer.redirect(302, own.origin("localhost") + "/2"));

    send(ownOnly(), withCredentials(own.uri("/1")));

    assertThat(own.seen()).hasSize(2);
    assertThat(own.seen().get(1).line("host")).startsWith("localhost:");
    assertThat(own.seen().get(1).lines("baggage")).isEmpty();
    assertCredentials(own.seen().get(1), false);
  }

  @Test
  void redirect_toAnotherScheme_isAnotherOrigin() throws Exception {
    pages.put("/1", RecordingServer.redirect(307, secure.origin() + "/2"));

    HttpResponse<String> response = send(ownOnly(), withCredentials(own.uri("/1")));

    assertThat(response.sslSession()).isPresent();
    assertThat(secure.only().lines("baggage")).isEmpty();
    assertCredentials(secure.only(), false);
  }

  @Test
  void redirect_fromHttpsToHttp_isFollowedByAlwaysOnly() throws Exception {
    pages.put("/1", RecordingServer.redirect(302, own.origin() + "/2"));
    Waybill waybill =
        telemetry
            .waybill()
            .destination(secure.origin(), TrustZone.OWN)
            .destination(own.origin(), TrustZone.PARTNER, PLAN)
            .build();
    HttpRequest request = withCredentials(secure.uri("/1"));

    HttpResponse<String> normal =
        asUser(waybill, () -> client(waybill, Redirect.NORMAL).send(request, ofString()));
    assertThat(normal.statusCode()).isEqualTo(302);
    assertThat(normal.body()).isEqualTo("body of a redirect");
    assertThat(own.seen()).isEmpty();

    HttpResponse<String> always =
        asUser(waybill, () -> client(waybill, Redirect.ALWAYS).send(request, ofString()));
    assertThat(always.statusCode()).isEqualTo(200);
    assertThat(own.only().lines("baggage")).containsExactly("plan=gold");
    assertCredentials(own.only(), false);
  }

  @Test
  void redirect_withinTheOrigin_keepsCredentials() throws Exception {
    pages.put("/a/1", RecordingServer.redirect(302, "2?x=y"));

    HttpResponse<String> response = send(ownOnly(), withCredentials(own.uri("/a/1")));

    assertThat(response.uri()).isEqualTo(own.uri("/a/2?x=y"));
    assertThat(members(own.seen().get(1))).contains("user.id=u-1");
    assertCredentials(own.seen().get(1), true);
  }

  @Test
  void redirect_baggageOfTheApplication_isFilteredAtEachHop() throws Exception {
    pages.put("/1", RecordingServer.redirect(302, other.origin() + "/2"));
    pages.put("/2", RecordingServer.redirect(302, own.origin() + "/3"));
    HttpRequest request = HttpRequest.newBuilder(own.uri("/1")).header("baggage", "mine=1").build();

    send(ownOnly(), request);

    assertThat(members(own.seen().get(0))).contains("mine=1");
    assertThat(other.only().lines("baggage")).isEmpty();
    assertThat(members(own.seen().get(1))).contains("mine=1");
    assertThat(own.seen().get(1).lines("baggage")).hasSize(1);
  }

  @Test
  void redirect_hasASpanForEachHop() throws Exception {
    pages.put("/1", RecordingServer.redirect(302, other.origin() + "/2"));

    send(ownOnly(), HttpRequest.newBuilder(own.uri("/1")).build());

    assertThat(telemetry.spans()).hasSize(2);
    SpanData first = telemetry.spans().get(0);
    SpanData second = telemetry.spans().get(1);
    assertThat(first.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(302);
    assertThat(first.getAttributes().get(AttributeKey.longKey("http.request.resend_count")))
        .isNull();
    assertThat(second.getAttributes().get(AttributeKey.longKey("http.request.resend_count")))
        .isEqualTo(1);
    assertThat(second.getAttributes().get(AttributeKey.longKey("server.port")))
        .isEqualTo(other.port());
    assertThat(own.only().line("traceparent")).contains(first.getSpanId());
    assertThat(other.only().line("traceparent")).contains(second.getSpanId());
  }

  @Test
  void response_showsTheRedirectsThatLedToIt() throws Exception {
    pages.put("/1", RecordingServer.redirect(302, "/2"));
    HttpRequest request = withCredentials(own.uri("/1"));

    HttpResponse<String> response = send(ownOnly(), request);

    assertThat(response.request().uri()).isEqualTo(own.uri("/2"));
    assertThat(response.request().headers().map()).doesNotContainKeys("baggage", "traceparent");
    HttpResponse<String> previous = response.previousResponse().orElseThrow();
    assertThat(previous.statusCode()).isEqualTo(302);
    assertThat(previous.body()).isNull();
    assertThat(previous.request()).isSameAs(request);
    assertThat(previous.previousResponse()).isEmpty();
  }

  /** As a gateway that copies the headers of a stranger, below tracing that wrote its own. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_whatTheCallerWrote_obeysTheRulesOfEachHop(int status) throws Exception {
    Waybill waybill =
        Waybill.builder(telemetry.openTelemetry())
            .carry(USER, rule -> rule.alias("x-user-id"))
            .carry(PLAN, rule -> rule.alias("x-plan"))
            .destination(own.origin(), TrustZone.OWN)
            .untraced(other.origin())
            .build();
    pages.put("/1", RecordingServer.redirect(status, other.origin() + "/2"));
    pages.put("/2", RecordingServer.redirect(status, own.origin() + "/3"));
    HttpRequest request =
        HttpRequest.newBuilder(own.uri("/1"))
            .header("x-user-id", "admin")
            .header("x-plan", "forged")
            .header("baggage", "user.id=admin,plan=forged")
            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .header("tracestate", "vendor=secret")
            .build();

    send(waybill, request);

    assertThat(other.only().headers().entrySet().toString())
        .doesNotContainIgnoringCase("x-user-id")
        .doesNotContainIgnoringCase("x-plan")
        .doesNotContainIgnoringCase("baggage")
        .doesNotContainIgnoringCase("traceparent")
        .doesNotContainIgnoringCase("tracestate");
    assertThat(own.seen())
        .hasSize(2)
        .allSatisfy(
            seen -> {
              assertThat(seen.line("x-user-id")).isEqualTo("u-1");
              assertThat(seen.line("x-plan")).isEqualTo("gold");
              assertThat(members(seen)).contains("user.id=u-1", "plan=gold");
              assertThat(seen.lines("traceparent")).hasSize(1);
              assertThat(seen.headers().entrySet().toString()).doesNotContain("admin", "forged");
            });
  }

  @Test
  void redirect_postTurnedToGet_dropsWhatDescribedTheBody() throws Exception {
    pages.put("/1", RecordingServer.redirect(303, "/2"));
    HttpRequest request =
        HttpRequest.newBuilder(own.uri("/1"))
            .header("Content-Type", "text/plain")
            .header("x-mine", "kept")
            .expectContinue(false)
            .POST(BodyPublishers.ofString("payload"))
            .build();

    send(ownOnly(), request);

    Seen followed = own.seen().get(1);
    assertThat(own.seen().get(0).line("content-type")).isEqualTo("text/plain");
    assertThat(followed.method()).isEqualTo("GET");
    assertThat(followed.body()).isEmpty();
    assertThat(followed.lines("content-type")).isEmpty();
    assertThat(followed.line("x-mine")).isEqualTo("kept");
  }

  /** Whatever the server answers, the same requests reach it as from the JDK's own client. */
  @ParameterizedTest
  @MethodSource("policiesAndMethods")
  void redirect_isFollowedAsByTheJdk(Redirect policy, String method) throws Exception {
    HttpClient jdks = HttpClient.newBuilder().followRedirects(policy).build();
    HttpClient ours = client(telemetry.waybill().build(), policy);
    HttpRequest request =
        HttpRequest.newBuilder(own.uri("/1")).method(method, bodyOf(method)).build();

    for (int status : new int[] {200, 300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 399}) {
      pages.put("/1", RecordingServer.redirect(status, "/2"));
      int before = own.seen().size();
      HttpResponse<String> plain = jdks.send(request, ofString());
      List<Seen> byJdk = own.seen().subList(before, own.seen().size());
      HttpResponse<String> wrapped = ours.send(request, ofString());
      List<Seen> byUs = own.seen().subList(before + byJdk.size(), own.seen().size());

      assertThat(wrapped.statusCode()).as("%s", status).isEqualTo(plain.statusCode());
      assertThat(wrapped.body()).as("%s", status).isEqualTo(plain.body());
      assertThat(targets(byUs)).as("%s", status).isEqualTo(targets(byJdk));
      assertThat(byUs)
          .as("%s", status)
          .allMatch(seen -> seen.body().equals(seen.method().equals("GET") ? "" : sent(method)));
    }
  }

  static Stream<Arguments> policiesAndMethods() {
    return Stream.of(Redirect.values())
        .flatMap(
            policy ->
                Stream.of("GET", "HEAD", "POST", "PUT", "DELETE")
                    .map(method -> Arguments.of(policy, method)));
  }

  private static HttpRequest.BodyPublisher bodyOf(String method) {
    return sent(method).isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(sent(method));
  }

  private static String sent(String method) {
    return method.equals("GET") || method.equals("HEAD") ? "" : "payload";
  }

  private static List<String> targets(List<Seen> requests) {
    return requests.stream().map(seen -> seen.method() + " " + seen.target()).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Redirect.class,
      names = {"NORMAL", "ALWAYS"})
  void redirect_inACircle_endsWhereTheJdksDoes(Redirect policy) throws Exception {
    pages.put("/1", RecordingServer.redirect(302, "/1"));
    HttpRequest request = HttpRequest.newBuilder(own.uri("/1")).build();

    HttpResponse<String> plain =
        HttpClient.newBuilder().followRedirects(policy).build().send(request, ofString());
    int byJdk = own.seen().size();
    HttpResponse<String> wrapped =
        client(telemetry.waybill().build(), policy).send(request, ofString());

    assertThat(wrapped.statusCode()).isEqualTo(plain.statusCode()).isEqualTo(302);
    assertThat(wrapped.body()).isEqualTo(plain.body());
    assertThat(own.seen().size() - byJdk).isEqualTo(byJdk).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://", "ftp://127.0.0.1/x", "http://[", "http://a b/"})
  void redirect_toNowhere_fails(String location) {
    pages.put("/1", RecordingServer.redirect(302, location));
    if (location.isEmpty()) {
      pages.put("/1", RecordingServer.status(302, "no location"));
    }
    HttpRequest request = HttpRequest.newBuilder(own.uri("/1")).build();
    HttpClient client = client(telemetry.waybill().build(), Redirect.ALWAYS);

    assertThatThrownBy(() -> client.send(request, ofString()))
        .isInstanceOf(IOException.class)
        .hasMessage("Invalid redirection");
    assertThatThrownBy(() -> client.sendAsync(request, ofString()).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThat(telemetry.spans()).hasSize(2);
  }

  @Test
  void redirect_toAServerThatIsDown_failsWithASpanForEachHop() throws Exception {
    HttpClient client = client(telemetry.waybill().build(), Redirect.ALWAYS);
    HttpRequest request = HttpRequest.newBuilder(own.uri("/1")).build();

    try (DeafPort down = new DeafPort()) {
      pages.put("/1", RecordingServer.redirect(302, down.uri().toString()));
      assertThatThrownBy(() -> client.sendAsync(request, ofString()).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(java.net.ConnectException.class);
    }
    assertThat(telemetry.spans()).hasSize(2);
  }

  private Answer page(URI uri) {
    return pages.getOrDefault(uri.getPath(), RecordingServer.status(200, "arrived"));
  }

  private Waybill ownOnly() {
    return telemetry.waybill().destination(own.origin(), TrustZone.OWN).build();
  }

  private static HttpClient client(Waybill waybill, Redirect policy) {
    return WaybillHttpClient.newBuilder(waybill)
        .sslContext(TLS)
        .followRedirects(policy)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  private static HttpResponse.BodyHandler<String> ofString() {
    return BodyHandlers.ofString();
  }

  private static HttpRequest withCredentials(URI uri) {
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "Bearer secret")
        .header("Proxy-Authorization", "Basic secret")
        .header("Cookie", "session=secret")
        .header("x-mine", "kept")
        .build();
  }

  private static void assertCredentials(Seen seen, boolean present) {
    assertThat(seen.headers().containsKey("Authorization")).isEqualTo(present);
    assertThat(seen.headers().containsKey("Cookie")).isEqualTo(present);
    if (!present) {
      assertThat(seen.headers().entrySet().toString()).doesNotContain("secret");
    }
  }

  private interface Action<V> {
    V call() throws Exception;
  }

  private static <V> V asUser(Waybill waybill, Action<V> action) {
    try {
      return waybill.request().with(USER, "u-1").with(PLAN, "gold").call(action::call);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> send(Waybill waybill, HttpRequest request) {
    return asUser(waybill, () -> client(waybill, Redirect.NORMAL).send(request, ofString()));
  }

  private static List<String> members(Seen seen) {
    return List.of(seen.line("baggage").split(","));
  }
}
