package io.waybill.http.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract does not know of a call that is repeated: its body, and who else repeats. */
class CredentialTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final AtomicInteger renewals = new AtomicInteger();
  private final RecordingServer server = RecordingServer.answering(CredentialTest::answer);

  CredentialTest() throws IOException {}

  private static void answer(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/moved")) {
      RecordingServer.redirect(303, "/").to(exchange);
      return;
    }
    String header = exchange.getRequestHeaders().getFirst("authorization");
    boolean isFresh = header != null && header.contains("fresh");
    RecordingServer.status(isFresh ? 200 : 401, isFresh ? "fine" : "who?").to(exchange);
  }

  @AfterEach
  void stop() {
    server.close();
    telemetry.requireEachSpanEndedOnce();
    telemetry.close();
  }

  private String send(OkHttpClient.Builder client, RequestBody body) throws Exception {
    return send(client, body, "/");
  }

  private String send(OkHttpClient.Builder client, RequestBody body, String path) throws Exception {
    Credential<String> bearer =
        Credential.bearer(TOKEN, (String token) -> token)
            .to(server.origin())
            .plaintext()
            .renew(old -> "fresh-" + renewals.incrementAndGet());
    Waybill waybill =
        Waybill.builder(telemetry.openTelemetry()).keep(TOKEN).credential(bearer).build();
    Request request = new Request.Builder().url(server.origin() + path).post(body).build();
    return waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(TOKEN, "old");
              OkHttpClient wrapped = WaybillOkHttp.install(client, waybill).build();
              try (Response response = wrapped.newCall(request).execute()) {
                return response.code() + " " + response.body().string();
              }
            });
  }

  @Test
  void body_isSentAgain() throws Exception {
    assertThat(send(new OkHttpClient.Builder(), RequestBody.create("payload", null)))
        .isEqualTo("200 fine");
    assertThat(server.seen())
        .extracting(seen -> seen.line("authorization") + " " + seen.body())
        .containsExactly("Bearer old payload", "Bearer fresh-1 payload");
  }

  /** A POST that has led somewhere is done. */
  @Test
  void rejectionAfterARedirect_repeatsTheLastRequestAlone() throws Exception {
    assertThat(send(new OkHttpClient.Builder(), RequestBody.create("payload", null), "/moved"))
        .isEqualTo("200 fine");
    assertThat(server.seen())
        .extracting(seen -> seen.method() + " " + seen.target() + " " + seen.line("authorization"))
        .containsExactly("POST /moved Bearer old", "GET / Bearer old", "GET / Bearer fresh-1");
  }

  /** The caller has the rejection, whole. */
  @Test
  void bodyThatCanBeWrittenOnce_isNotSentAgain() throws Exception {
    RequestBody once =
        new RequestBody() {
          @Override
          public okhttp3.MediaType contentType() {
            return null;
          }

          @Override
          public boolean isOneShot() {
            return true;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            sink.writeUtf8("payload");
          }
        };

    assertThat(send(new OkHttpClient.Builder(), once)).isEqualTo("401 who?");
    assertThat(server.seen()).hasSize(1);
  }

  /** One that packs a body, or adds a line, would do it twice. */
  @Test
  void interceptorOfTheUser_isAskedOnce() throws Exception {
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain ->
                    chain.proceed(
                        chain.request().newBuilder().addHeader("x-mine", "added").build()));

    assertThat(send(client, RequestBody.create("payload", null))).isEqualTo("200 fine");
    assertThat(server.seen()).extracting(seen -> seen.lines("x-mine").size()).containsExactly(1, 1);
  }

  /** The user's own answer to a challenge comes first, and then there is nothing to repeat. */
  @Test
  void authenticatorOfTheUser_comesFirst() throws Exception {
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .authenticator(
                (route, response) ->
                    response.request().header("Authorization") != null
                        ? null
                        : response
                            .request()
                            .newBuilder()
                            .header("Authorization", "Basic fresh")
                            .build());

    assertThat(send(client, RequestBody.create("payload", null))).isEqualTo("200 fine");
    assertThat(server.seen())
        .extracting(seen -> seen.line("authorization"))
        .containsExactly("Bearer old", "Basic fresh");
  }
}
