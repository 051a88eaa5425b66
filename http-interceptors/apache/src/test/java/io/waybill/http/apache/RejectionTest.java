package io.waybill.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rejection with a body that is more than one window. */
class RejectionTest {
  private static final LocalField<String> SESSION = LocalField.secret("session");
  private static final String LONG = "no!".repeat(100_000);

  // What a connection takes though nobody reads it.
  private static final int BEGINNING = 0x8000;

  private final Telemetry telemetry = new Telemetry();
  private final CountDownLatch begun = new CountDownLatch(1);
  private RecordingServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        RecordingServer.answering(
            exchange -> {
              boolean fresh =
                  "Bearer fresh".equals(exchange.getRequestHeaders().getFirst("Authorization"));
              if (fresh) {
                RecordingServer.status(200, "fine").to(exchange);
              } else {
                reject(exchange);
              }
            });
  }

  private void reject(HttpExchange exchange) throws IOException {
    byte[] body = LONG.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    exchange.sendResponseHeaders(401, body.length);
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, BEGINNING);
    out.flush();
    begun.countDown();
    out.write(body, BEGINNING, body.length - BEGINNING);
  }

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
  }

  @Test
  void classic_isRenewed_sentAgain() throws Exception {
    assertThat(classic(true, new StringEntity("payload"))).isEqualTo("200 fine");
    assertThat(server.seen()).hasSize(2).allMatch(seen -> seen.body().equals("payload"));
  }

  @Test
  void classic_isNotRenewed_theUsersWhole() throws Exception {
    assertThat(classic(false, new StringEntity("payload"))).isEqualTo("401 " + LONG);
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void classic_bodyCanBeReadOnce_theUsersWhole() throws Exception {
    HttpEntity once =
        new InputStreamEntity(
            new ByteArrayInputStream("payload".getBytes(StandardCharsets.UTF_8)),
            ContentType.TEXT_PLAIN);
    assertThat(classic(true, once)).isEqualTo("401 " + LONG);
    assertThat(server.only().body()).isEqualTo("payload");
  }

  @Test
  void async_isRenewed_sentAgain() throws Exception {
    assertThat(async(true)).isEqualTo("200 fine");
    assertThat(server.seen()).hasSize(2).allMatch(seen -> seen.body().equals("payload"));
  }

  @Test
  void async_isNotRenewed_theUsersWhole() throws Exception {
    assertThat(async(false)).isEqualTo("401 " + LONG);
    assertThat(server.seen()).hasSize(1);
  }

  private Waybill waybill(boolean renews) {
    return telemetry
        .waybill()
        .keep(SESSION)
        .credential(
            Credential.bearer(SESSION, token -> token)
                .to(server.origin())
                .plaintext()
                .renew(
                    old -> {
                      // Part of what is to be held back has come by then.
                      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
                      if (!renews) {
                        throw new IllegalStateException("by the test");
                      }
                      return "fresh";
                    })
                .sharedBy(token -> token))
        .build();
  }

  private static String holding(Waybill waybill, Callable<String> call) throws Exception {
    return waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(SESSION, "stale");
              return call.call();
            });
  }

  private String classic(boolean renews, HttpEntity body) throws Exception {
    Waybill waybill = waybill(renews);
    HttpPost request = new HttpPost(server.uri("/"));
    request.setEntity(body);
    try (CloseableHttpClient client =
        WaybillApacheHttp.install(HttpClientBuilder.create(), waybill).build()) {
      return holding(
          waybill,
          () ->
              client.execute(
                  request,
                  response ->
                      response.getCode() + " " + EntityUtils.toString(response.getEntity())));
    }
  }

  private String async(boolean renews) throws Exception {
    Waybill waybill = waybill(renews);
    try (CloseableHttpAsyncClient client =
        WaybillApacheHttp.install(HttpAsyncClientBuilder.create(), waybill).build()) {
      client.start();
      return holding(
          waybill,
          () -> {
            SimpleHttpResponse response =
                client
                    .execute(
                        SimpleRequestBuilder.post(server.uri("/"))
                            .setBody("payload", ContentType.TEXT_PLAIN)
                            .build(),
                        null)
                    .get(20, TimeUnit.SECONDS);
            return response.getCode() + " " + response.getBodyText();
          });
    }
  }
}
