package io.waybill.http.okhttp;

import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final Telemetry telemetry = new Telemetry();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private OkHttpClient client = new OkHttpClient();

  @AfterEach
  void stop() throws Exception {
    client.dispatcher().executorService().shutdown();
    assertThat(client.dispatcher().executorService().awaitTermination(30, TimeUnit.SECONDS))
        .isTrue();
    telemetry.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void handshake_carriesTheRequest_andTheListenerRunsInIt(boolean installed) throws Exception {
    try (GreetingServer server = new GreetingServer()) {
      Waybill waybill = telemetry.waybill().destination(server.origin(), TrustZone.OWN).build();
      if (installed) {
        client = WaybillOkHttp.install(new OkHttpClient.Builder(), waybill).build();
      }

      open(waybill, server.origin() + "/chat");

      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.lines("baggage:")).hasSize(1);
      assertThat(server.lines("baggage:").get(0)).contains("user.id=u-1");
      assertThat(server.lines("traceparent:")).hasSize(1);
      assertThat(events)
          .containsExactly("open u-1", "text u-1", "bytes u-1", "closing u-1", "closed u-1");
      SpanData span = telemetry.spans().get(0);
      assertThat(telemetry.spans()).hasSize(1);
      assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
          .isEqualTo(101);
      assertThat(server.lines("traceparent:").get(0)).contains(span.getSpanId());
    }
  }

  @Test
  void handshake_toAnUnnamedServer_carriesTheTraceOnly() throws Exception {
    try (GreetingServer server = new GreetingServer()) {
      Waybill waybill = telemetry.waybill().build();

      open(waybill, server.origin());

      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.lines("baggage:")).isEmpty();
      assertThat(server.lines("traceparent:")).hasSize(1);
    }
  }

  @Test
  void redirect_isNotFollowed() throws Exception {
    try (RecordingServer other = RecordingServer.answering(RecordingServer.status(200, "here"));
        RecordingServer own =
            RecordingServer.answering(RecordingServer.redirect(307, other.origin()))) {
      Waybill waybill = telemetry.waybill().destination(own.origin(), TrustZone.OWN).build();

      open(waybill, own.origin());

      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(own.only().line("baggage")).contains("user.id=u-1");
      assertThat(other.seen()).isEmpty();
      assertThat(events).containsExactly("failure 307 u-1");
      assertThat(telemetry.spans()).hasSize(1);
    }
  }

  @Test
  void server_thatNobodyIs_isShown() throws Exception {
    RecordingServer gone = RecordingServer.answering(RecordingServer.status(200, ""));
    gone.close();

    open(telemetry.waybill().build(), gone.origin());

    assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(events).containsExactly("failure null u-1");
    assertThat(telemetry.spans().get(0).getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.net.ConnectException");
  }

  @Test
  void rejection_renewsTheCredentialForTheNext() throws Exception {
    try (RecordingServer own =
        RecordingServer.answering(
            exchange -> {
              exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer");
              RecordingServer.status(401, "").to(exchange);
            })) {
      CountDownLatch renewed = new CountDownLatch(1);
      Waybill waybill =
          telemetry
              .waybill()
              .keep(TOKEN)
              .credential(
                  Credential.bearer(TOKEN, (String token) -> token)
                      .to(own.origin())
                      .plaintext()
                      .renew(
                          old -> {
                            renewed.countDown();
                            return "new";
                          }))
              .build();

      waybill
          .request()
          .with(USER, "u-1")
          .call(
              () -> {
                RequestScope.current().set(TOKEN, "old");
                WaybillOkHttp.webSockets(client, waybill)
                    .newWebSocket(new Request.Builder().url(own.origin()).build(), new Recorder());
                return renewed.await(30, TimeUnit.SECONDS) && over.await(30, TimeUnit.SECONDS);
              });

      assertThat(renewed.getCount()).isZero();
      assertThat(own.only().line("authorization")).isEqualTo("Bearer old");
      assertThat(events).containsExactly("failure 401 u-1");
    }
  }

  private void open(Waybill waybill, String url) throws Exception {
    Request request = new Request.Builder().url(url).build();
    waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> WaybillOkHttp.webSockets(client, waybill).newWebSocket(request, new Recorder()));
  }

  private final class Recorder extends WebSocketListener {
    @Override
    public void onOpen(WebSocket socket, Response response) {
      record("open");
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      record("text");
    }

    @Override
    public void onMessage(WebSocket socket, ByteString bytes) {
      record("bytes");
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      record("closing");
      socket.close(code, null);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      record("closed");
      over.countDown();
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
      record("failure " + (response == null ? null : response.code()));
      over.countDown();
    }

    private void record(String event) {
      events.add(event + " " + Telemetry.currentUser());
    }
  }
}
