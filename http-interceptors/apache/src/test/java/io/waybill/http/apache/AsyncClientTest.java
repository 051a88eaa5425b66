package io.waybill.http.apache;

import static io.waybill.http.testing.Telemetry.PLAN;
import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Answer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.entity.AsyncEntityProducerWrapper;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.entity.StringAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.nio.support.BasicResponseConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncClientTest {
  private static final AttributeKey<Long> RESENDS =
      AttributeKey.longKey("http.request.resend_count");

  private final Telemetry telemetry = new Telemetry();
  private final Map<String, Answer> pages = new ConcurrentHashMap<>();
  private RecordingServer own;
  private RecordingServer other;
  private Waybill waybill;

  @BeforeEach
  void start() throws IOException {
    own = RecordingServer.answering(exchange -> page(exchange.getRequestURI()).to(exchange));
    other = RecordingServer.answering(exchange -> page(exchange.getRequestURI()).to(exchange));
    waybill =
        Waybill.builder(telemetry.openTelemetry())
            .carry(USER, rule -> rule.alias("x-user-id"))
            .carry(PLAN)
            .destination(own.origin(), TrustZone.OWN)
            .build();
  }

  @AfterEach
  void stop() {
    own.close();
    other.close();
    telemetry.close();
  }

  @Test
  void context_thatTwoUsersShare_keepsNobody() throws Exception {
    HttpClientContext shared = HttpClientContext.create();
    try (CloseableHttpAsyncClient client = client(HttpAsyncClientBuilder.create())) {
      for (String user : List.of("u-1", "u-2")) {
        SimpleHttpRequest request = SimpleRequestBuilder.get(own.uri("/" + user)).build();
        waybill
            .request()
            .with(USER, user)
            .call(() -> client.execute(request, shared, null).get(30, TimeUnit.SECONDS));
      }
      client
          .execute(SimpleRequestBuilder.get(own.uri("/nobody")).build(), shared, null)
          .get(30, TimeUnit.SECONDS);
    }

    assertThat(own.seen()).hasSize(3);
    for (Seen seen : own.seen().subList(0, 2)) {
      String user = seen.target().substring(1);
      assertThat(seen.line("baggage")).contains("user.id=" + user);
      assertThat(seen.lines("x-user-id")).containsExactly(user);
    }
    assertThat(own.seen().get(2).headers().entrySet().toString())
        .doesNotContain("u-1", "u-2")
        .doesNotContainIgnoringCase("baggage");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_toAnotherPortAndBack_isDecidedAtEachHop(int status) throws Exception {
    pages.put("/1", RecordingServer.redirect(status, other.origin() + "/2"));
    pages.put("/2", RecordingServer.redirect(status, own.origin() + "/3"));
    SimpleHttpRequest request = SimpleRequestBuilder.get(own.uri("/1")).build();
    request.addHeader("Authorization", "Bearer secret");
    request.addHeader("Proxy-Authorization", "Basic secret");
    request.addHeader("Cookie", "session=secret");
    request.addHeader("baggage", "mine=1");
    request.addHeader("tracestate", "vendor=secret");
    request.addHeader("x-user-id", "admin");

    String text = asUser(HttpAsyncClientBuilder.create().setRedirectStrategy(new Lax()), request);

    assertThat(text).isEqualTo("200 arrived");
    assertThat(own.seen().get(0).line("cookie")).isEqualTo("session=secret");
    assertThat(own.seen())
        .hasSize(2)
        .allSatisfy(
            seen -> {
              assertThat(seen.line("baggage")).contains("user.id=u-1", "plan=gold", "mine=1");
              assertThat(seen.lines("x-user-id")).containsExactly("u-1");
            });
    assertThat(own.seen().get(1).headers())
        .doesNotContainKeys("Authorization", "Proxy-authorization", "Cookie");
    assertThat(other.only().headers().entrySet().toString())
        .doesNotContainIgnoringCase("baggage")
        .doesNotContainIgnoringCase("x-user-id")
        .doesNotContainIgnoringCase("tracestate")
        .doesNotContainIgnoringCase("authorization")
        .doesNotContainIgnoringCase("cookie")
        .doesNotContain("secret", "u-1", "gold");
    List<SpanData> spans = telemetry.spans();
    assertThat(spans)
        .extracting(span -> span.getAttributes().get(RESENDS))
        .containsExactly(null, 1L, 2L);
    assertThat(other.only().line("traceparent")).contains(spans.get(1).getSpanId());
    assertThat(own.seen().get(1).line("traceparent")).contains(spans.get(2).getSpanId());
  }

  @Test
  void retry_isAnAttemptOfItsOwn() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    pages.put(
        "/1",
        exchange ->
            RecordingServer.status(calls.incrementAndGet() < 3 ? 503 : 200, "done").to(exchange));
    HttpAsyncClientBuilder builder =
        HttpAsyncClientBuilder.create()
            .setRetryStrategy(new DefaultHttpRequestRetryStrategy(3, TimeValue.ofMilliseconds(1)));
    SimpleHttpRequest request =
        SimpleRequestBuilder.post(own.uri("/1")).setBody("payload", ContentType.TEXT_PLAIN).build();

    assertThat(asUser(builder, request)).isEqualTo("200 done");

    assertThat(own.seen())
        .hasSize(3)
        .allSatisfy(
            seen -> {
              assertThat(seen.body()).isEqualTo("payload");
              assertThat(seen.lines("baggage")).hasSize(1);
              assertThat(seen.lines("x-user-id")).hasSize(1);
            });
    assertThat(own.seen()).extracting(seen -> seen.line("traceparent")).doesNotHaveDuplicates();
    assertThat(telemetry.spans())
        .extracting(span -> span.getAttributes().get(RESENDS))
        .containsExactly(null, 1L, 2L);
  }

  /** Not as the failure of the connection that the client makes of it. */
  @Test
  void call_thatIsCancelled_isShownAsThat() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    pages.put(
        "/1",
        exchange -> {
          asked.countDown();
          try {
            cancelled.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
          }
        });
    try (CloseableHttpAsyncClient client =
        WaybillApacheHttp.install(HttpAsyncClientBuilder.create(), waybill).build()) {
      client.start();
      Future<SimpleHttpResponse> answer =
          client.execute(SimpleRequestBuilder.get(own.uri("/1")).build(), null);
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(answer.cancel(true)).isTrue();
      cancelled.countDown();
    }

    assertThat(telemetry.spans())
        .singleElement()
        .extracting(span -> span.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.util.concurrent.CancellationException");
  }

  @Test
  void body_andConsumer_runInTheCallersContext() throws Exception {
    Queue<Context> seen = new ConcurrentLinkedQueue<>();
    Context caller = waybill.request().with(USER, "u-1").call(Context::current);
    try (CloseableHttpAsyncClient client = client(HttpAsyncClientBuilder.create())) {
      caller
          .wrap(
              () ->
                  client.execute(
                      new BasicRequestProducer(
                          SimpleRequestBuilder.post(own.uri("/1")).build(), new Body(seen)),
                      new BasicResponseConsumer<>(
                          new StringAsyncEntityConsumer() {
                            @Override
                            public String generateContent() {
                              seen.add(Context.current());
                              return super.generateContent();
                            }
                          }),
                      null))
          .call()
          .get(30, TimeUnit.SECONDS);
    }

    assertThat(own.only().body()).isEqualTo("made");
    assertThat(seen).hasSizeGreaterThan(1).allMatch(context -> context == caller);
  }

  private Answer page(URI uri) {
    return pages.getOrDefault(uri.getPath(), RecordingServer.status(200, "arrived"));
  }

  private CloseableHttpAsyncClient client(HttpAsyncClientBuilder builder) {
    CloseableHttpAsyncClient client = WaybillApacheHttp.install(builder, waybill).build();
    client.start();
    return client;
  }

  private String asUser(HttpAsyncClientBuilder builder, SimpleHttpRequest request)
      throws Exception {
    try (CloseableHttpAsyncClient client = client(builder)) {
      SimpleHttpResponse response =
          waybill
              .request()
              .with(USER, "u-1")
              .with(PLAN, "gold")
              .call(() -> client.execute(request, null).get(30, TimeUnit.SECONDS));
      return response.getCode() + " " + response.getBodyText();
    }
  }

  private static final class Body extends AsyncEntityProducerWrapper {
    private final Queue<Context> seen;

    Body(Queue<Context> seen) {
      super(new BasicAsyncEntityProducer("made", ContentType.TEXT_PLAIN));
      this.seen = seen;
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
      seen.add(Context.current());
      super.produce(channel);
    }
  }

  /** Follows wherever it is sent. */
  private static final class Lax extends DefaultRedirectStrategy {
    @Override
    public boolean isRedirectAllowed(
        HttpHost current, HttpHost next, HttpRequest redirect, HttpContext context) {
      return true;
    }
  }
}
