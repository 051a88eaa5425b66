package io.waybill.beside.feign;

import static io.waybill.http.testing.Telemetry.PLAN;
import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import feign.Client;
import feign.DefaultRetryer;
import feign.Feign;
import feign.Param;
import feign.Request;
import feign.RequestLine;
import feign.Response;
import feign.codec.ErrorDecoder;
import feign.http2client.Http2Client;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.http.okhttp.WaybillOkHttp;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Feign over clients of ours, without an adapter of its own. */
class FeignTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");
  private static final Request.Options OPTIONS =
      new Request.Options(10, TimeUnit.SECONDS, 60, TimeUnit.SECONDS, true);

  private final Telemetry telemetry = new Telemetry();
  private final AtomicInteger intercepted = new AtomicInteger();
  private final AtomicInteger renewals = new AtomicInteger();
  private final RecordingServer own = RecordingServer.answering(this::answer);
  private final RecordingServer other = RecordingServer.answering(this::answer);
  private final Waybill waybill =
      telemetry
          .waybill()
          .keep(TOKEN)
          .credential(
              Credential.bearer(TOKEN, (String token) -> token)
                  .to(own.origin())
                  .plaintext()
                  .renew(old -> "fresh-" + renewals.incrementAndGet()))
          .leakDetection(LeakDetection.STRICT)
          .destination(own.origin(), TrustZone.OWN)
          .build();

  FeignTest() throws IOException {}

  /** A service as an interface of the application. */
  interface Service {
    @RequestLine("GET /{path}")
    String get(@Param("path") String path);
  }

  /** What Feign stands over. */
  enum Over {
    /** Feign's own; which takes our client only if it is set up as Feign's options say. */
    JDK {
      @Override
      Client open(Waybill waybill) {
        return new Http2Client(
            WaybillHttpClient.newBuilder(waybill)
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .connectTimeout(Duration.ofMillis(OPTIONS.connectTimeoutMillis()))
                .version(HttpClient.Version.HTTP_1_1)
                .build());
      }
    },
    /** By hand, as for any client that Feign has no artifact for. */
    OKHTTP {
      @Override
      Client open(Waybill waybill) {
        OkHttpClient client = WaybillOkHttp.install(new OkHttpClient.Builder(), waybill).build();
        return (request, options) -> execute(client, request);
      }

      private static Response execute(OkHttpClient client, Request request) throws IOException {
        RequestBody body = request.body() == null ? null : RequestBody.create(request.body());
        okhttp3.Request.Builder asked =
            new okhttp3.Request.Builder()
                .url(request.url())
                .method(request.httpMethod().name(), body);
        request
            .headers()
            .forEach((name, lines) -> lines.forEach(line -> asked.addHeader(name, line)));
        okhttp3.Response answer = client.newCall(asked.build()).execute();
        return Response.builder()
            .request(request)
            .status(answer.code())
            .reason(answer.message())
            .headers(new HashMap<>(answer.headers().toMultimap()))
            .body(answer.body().byteStream(), null)
            .build();
      }
    };

    abstract Client open(Waybill waybill);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String token = exchange.getRequestHeaders().getFirst("authorization");
    switch (exchange.getRequestURI().getPath()) {
      case "/round" -> RecordingServer.redirect(302, other.origin() + "/back").to(exchange);
      case "/back" -> RecordingServer.redirect(302, own.origin() + "/end").to(exchange);
      case "/busy" ->
          RecordingServer.status(own.seen().size() == 1 ? 503 : 200, "fine").to(exchange);
      case "/fresh" ->
          RecordingServer.status("Bearer old".equals(token) ? 401 : 200, "fine").to(exchange);
      default -> RecordingServer.status(200, "fine").to(exchange);
    }
  }

  @AfterEach
  void stop() {
    own.close();
    other.close();
    telemetry.close();
    waybill.requireNoLeaks();
  }

  private String call(Client client, String path) {
    ErrorDecoder retried =
        (method, response) -> {
          RequestScope.current().set(TOKEN, "later");
          return new feign.RetryableException(
              response.status(),
              "busy",
              response.request().httpMethod(),
              (Long) null,
              response.request());
        };
    Service service =
        Feign.builder()
            .client(client)
            .options(OPTIONS)
            .retryer(new DefaultRetryer(1, 1, 3))
            .errorDecoder(retried)
            .requestInterceptor(request -> intercepted.incrementAndGet())
            .target(Service.class, own.origin());
    return waybill
        .request()
        .with(USER, "u-1")
        .with(PLAN, "gold")
        .call(
            () -> {
              RequestScope.current().set(TOKEN, "old");
              return service.get(path);
            });
  }

  private static void assertHasIdentity(Seen seen) {
    assertThat(seen.lines("baggage"))
        .singleElement()
        .asString()
        .contains("user.id=u-1", "plan=gold");
    assertThat(seen.lines("authorization")).hasSize(1);
    assertThat(seen.lines("traceparent")).hasSize(1);
  }

  private static void assertHasNothing(Seen seen) {
    assertThat(seen.headers().entrySet().toString())
        .doesNotContainIgnoringCase("baggage")
        .doesNotContainIgnoringCase("authorization")
        .doesNotContain("u-1", "gold");
  }

  @ParameterizedTest
  @EnumSource
  void call_hasIdentity(Over over) {
    assertThat(call(over.open(waybill), "end")).isEqualTo("fine");

    assertHasIdentity(own.only());
    assertThat(telemetry.spans()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void redirect_isDecidedAtEachHop(Over over) {
    assertThat(call(over.open(waybill), "round")).isEqualTo("fine");

    assertThat(own.seen()).hasSize(2).allSatisfy(FeignTest::assertHasIdentity);
    assertHasNothing(other.only());
    assertThat(intercepted).hasValue(1);
  }

  /** Feign's own retry is another call, which is decided anew. */
  @ParameterizedTest
  @EnumSource
  void retry_asksAgain(Over over) {
    assertThat(call(over.open(waybill), "busy")).isEqualTo("fine");

    assertThat(own.seen()).hasSize(2).allSatisfy(FeignTest::assertHasIdentity);
    assertThat(own.seen())
        .extracting(seen -> seen.line("authorization"))
        .containsExactly("Bearer old", "Bearer later");
    assertThat(own.seen()).extracting(seen -> seen.line("traceparent")).doesNotHaveDuplicates();
  }

  /** Ours is below Feign's own, which does not hear of it. */
  @ParameterizedTest
  @EnumSource
  void rejectedCredential_isRenewedOnceAndRepeated(Over over) {
    assertThat(call(over.open(waybill), "fresh")).isEqualTo("fine");

    assertThat(own.seen())
        .extracting(seen -> seen.line("authorization"))
        .containsExactly("Bearer old", "Bearer fresh-1");
    assertThat(intercepted).hasValue(1);
  }

  /** Then it makes a client of its own, and tells nobody: see RATIONALE.md. */
  @Test
  void clientThatIsSetUpOtherwise_isNotUsedByFeign() {
    HttpClient ours =
        WaybillHttpClient.newBuilder(waybill)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    assertThat(call(new Http2Client(ours), "end")).isEqualTo("fine");

    assertHasNothing(own.only());
    assertThat(telemetry.spans()).isEmpty();
  }
}
