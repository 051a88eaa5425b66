package io.waybill.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.http.testing.RecordingServer;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestTelemetry;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.cache.CachingHttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.cache.CachingHttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cache stands above us, and sees two users ask for the same. */
class CacheTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final RecordingServer server =
      RecordingServer.answering(
          exchange -> {
            String user = String.valueOf(exchange.getRequestHeaders().getFirst("x-user"));
            exchange.getResponseHeaders().set("Cache-Control", "max-age=600");
            RecordingServer.status(200, user).to(exchange);
          });
  private final Waybill waybill =
      Waybill.builder(telemetry.openTelemetry())
          .carry(USER, rule -> rule.alias("x-user"))
          .destination(server.origin(), TrustZone.OWN)
          .build();

  CacheTest() throws IOException {}

  @AfterEach
  void stop() {
    server.close();
    telemetry.requireEachSpanEndedOnce();
    telemetry.close();
  }

  private String as(String user, Callable<String> call) throws Exception {
    return waybill.request().with(USER, user).call(call::call);
  }

  @Test
  void classic_answerOfOneUser_isNotAnothers() throws Exception {
    try (CloseableHttpClient client =
        WaybillApacheHttp.install(CachingHttpClientBuilder.create(), waybill).build()) {
      Callable<String> get =
          () ->
              client.execute(
                  new HttpGet(server.uri("/")), r -> EntityUtils.toString(r.getEntity()));

      assertThat(as("u-1", get)).isEqualTo("u-1");
      assertThat(as("u-2", get)).isEqualTo("u-2");
      assertThat(get.call()).isEqualTo("null");
      assertThat(get.call()).as("of nobody, and stored").isEqualTo("null");
    }
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void async_answerOfOneUser_isNotAnothers() throws Exception {
    try (CloseableHttpAsyncClient client =
        WaybillApacheHttp.install(CachingHttpAsyncClientBuilder.create(), waybill).build()) {
      client.start();
      SimpleHttpRequest request = SimpleRequestBuilder.get(server.uri("/")).build();
      Callable<String> get =
          () -> {
            SimpleHttpResponse answer = client.execute(request, null).get(30, TimeUnit.SECONDS);
            return answer.getBodyText();
          };

      assertThat(as("u-1", get)).isEqualTo("u-1");
      assertThat(as("u-2", get)).isEqualTo("u-2");
      assertThat(get.call()).isEqualTo("null");
      assertThat(get.call()).as("of nobody, and stored").isEqualTo("null");
    }
    assertThat(server.seen()).hasSize(3);
  }
}
