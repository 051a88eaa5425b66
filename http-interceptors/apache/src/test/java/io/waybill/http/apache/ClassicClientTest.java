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
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassicClientTest {
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
    try (CloseableHttpClient client = client()) {
      for (String user : List.of("u-1", "u-2")) {
        HttpGet request = new HttpGet(own.uri("/" + user));
        waybill
            .request()
            .with(USER, user)
            .call(() -> client.execute(request, shared, response -> null));
      }
      client.execute(new HttpGet(own.uri("/nobody")), shared, response -> null);
    }

    assertThat(own.seen()).hasSize(3);
    for (Seen seen : own.seen().subList(0, 2)) {
      String user = seen.target().substring(1);
      assertThat(seen.lines("baggage")).singleElement().asString().contains("user.id=" + user);
      assertThat(seen.lines("x-user-id")).containsExactly(user);
    }
    assertThat(own.seen().get(2).headers().entrySet().toString())
        .doesNotContain("u-1", "u-2")
        .doesNotContainIgnoringCase("baggage");
    assertThat(telemetry.spans()).extracting(SpanData::getTraceId).doesNotHaveDuplicates();
  }

  /** The default strategy does not follow where a credential would go along; others do. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_toAnotherPortAndBack_isDecidedAtEachHop(int status) throws Exception {
    pages.put("/1", RecordingServer.redirect(status, other.origin() + "/2"));
    pages.put("/2", RecordingServer.redirect(status, own.origin() + "/3"));
    HttpClientBuilder builder = HttpClientBuilder.create().setRedirectStrategy(new Lax());

    assertThat(asUser(builder, written(new HttpGet(own.uri("/1"))))).isEqualTo("200 arrived");

    Seen first = own.seen().get(0);
    Seen back = own.seen().get(1);
    assertThat(first.line("baggage")).contains("user.id=u-1", "plan=gold", "mine=1");
    assertThat(first.line("authorization")).isEqualTo("Bearer secret");
    assertThat(first.line("cookie")).isEqualTo("session=secret");
    assertThat(other.only().headers().entrySet().toString())
        .doesNotContainIgnoringCase("baggage")
        .doesNotContainIgnoringCase("x-user-id")
        .doesNotContainIgnoringCase("tracestate")
        .doesNotContainIgnoringCase("authorization")
        .doesNotContainIgnoringCase("cookie")
        .doesNotContain("secret", "u-1", "gold");
    assertThat(other.only().line("x-mine")).isEqualTo("kept");
    assertThat(back.line("baggage")).contains("user.id=u-1", "plan=gold", "mine=1");
    assertThat(back.lines("x-user-id")).containsExactly("u-1");
    assertThat(back.headers()).doesNotContainKeys("Authorization", "Proxy-authorization", "Cookie");
    List<SpanData> spans = telemetry.spans();
    assertThat(spans)
        .hasSize(3)
        .extracting(span -> span.getAttributes().get(RESENDS))
        .containsExactly(null, 1L, 2L);
    assertThat(first.lines("traceparent"))
        .singleElement()
        .asString()
        .contains(spans.get(0).getSpanId());
    assertThat(other.only().lines("traceparent"))
        .singleElement()
        .asString()
        .contains(spans.get(1).getSpanId());
    assertThat(back.lines("traceparent"))
        .singleElement()
        .asString()
        .contains(spans.get(2).getSpanId());
  }

  @Test
  void redirect_withACredential_isTheUsersByDefault() throws Exception {
    pages.put("/1", RecordingServer.redirect(302, other.origin() + "/2"));

    String text = asUser(HttpClientBuilder.create(), written(new HttpGet(own.uri("/1"))));

    assertThat(text).isEqualTo("302 body of a redirect");
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void redirect_withinTheOrigin_keepsCredentials() throws Exception {
    pages.put("/1", RecordingServer.redirect(307, "/2"));

    asUser(HttpClientBuilder.create(), written(new HttpGet(own.uri("/1"))));

    assertThat(own.seen())
        .hasSize(2)
        .allSatisfy(seen -> assertThat(seen.line("cookie")).isEqualTo("session=secret"));
  }

  @Test
  void retry_isAnAttemptOfItsOwn() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    pages.put(
        "/1",
        exchange ->
            RecordingServer.status(calls.incrementAndGet() < 3 ? 503 : 200, "done").to(exchange));
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setRetryStrategy(new DefaultHttpRequestRetryStrategy(3, TimeValue.ofMilliseconds(1)));
    HttpPost post = new HttpPost(own.uri("/1"));
    post.setEntity(new StringEntity("payload"));

    assertThat(asUser(builder, written(post))).isEqualTo("200 done");

    assertThat(own.seen())
        .hasSize(3)
        .allSatisfy(
            seen -> {
              assertThat(seen.body()).isEqualTo("payload");
              assertThat(seen.lines("baggage")).hasSize(1);
              assertThat(seen.lines("x-user-id")).hasSize(1);
              assertThat(seen.lines("traceparent")).hasSize(1);
            });
    assertThat(own.seen()).extracting(seen -> seen.line("traceparent")).doesNotHaveDuplicates();
    assertThat(telemetry.spans())
        .extracting(span -> span.getAttributes().get(RESENDS))
        .containsExactly(null, 1L, 2L);
  }

  @Test
  void retry_afterABrokenConnection_isAnAttemptOfItsOwn() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    pages.put(
        "/1",
        exchange -> {
          if (calls.incrementAndGet() == 1) {
            throw new IOException("breaks off");
          }
          RecordingServer.status(200, "done").to(exchange);
        });
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setRetryStrategy(new DefaultHttpRequestRetryStrategy(3, TimeValue.ofMilliseconds(1)));

    assertThat(asUser(builder, new HttpGet(own.uri("/1")))).isEqualTo("200 done");

    assertThat(own.seen()).hasSize(2);
    assertThat(telemetry.spans())
        .extracting(span -> span.getAttributes().get(RESENDS))
        .containsExactly(null, 1L);
    assertThat(telemetry.spans().get(0).getAttributes().get(AttributeKey.stringKey("error.type")))
        .isNotNull();
  }

  /** The user's request and its headers are as they were. */
  @Test
  void request_thatIsSentTwice_isTheUsers() throws Exception {
    HttpGet request = new HttpGet(own.uri("/1"));

    asUser(HttpClientBuilder.create(), request);
    asUser(HttpClientBuilder.create(), request);

    assertThat(request.getHeaders()).isEmpty();
    assertThat(own.seen()).allSatisfy(seen -> assertThat(seen.lines("baggage")).hasSize(1));
  }

  /** The policy goes by who is asked, not by what the request calls them. */
  @Test
  void host_thatIsWrittenByHand_isNoDestination() throws Exception {
    try (CloseableHttpClient client = client()) {
      HttpGet request = new HttpGet(own.uri("/1"));
      waybill
          .request()
          .with(USER, "u-1")
          .call(
              () ->
                  client.execute(
                      new HttpHost("http", "127.0.0.1", other.port()), request, r -> null));
    }

    assertThat(other.only().line("host")).isEqualTo("127.0.0.1:" + own.port());
    assertThat(other.only().headers().entrySet().toString()).doesNotContain("u-1");
  }

  @Test
  void body_isWrittenInTheCallersContext() throws Exception {
    Queue<Context> seen = new ConcurrentLinkedQueue<>();
    HttpPost post = new HttpPost(own.uri("/1"));
    post.setEntity(
        new EntityTemplate(
            -1,
            ContentType.TEXT_PLAIN,
            null,
            (OutputStream out) -> {
              seen.add(Context.current());
              out.write("made".getBytes(StandardCharsets.UTF_8));
            }));

    Context caller = waybill.request().with(USER, "u-1").call(Context::current);
    try (CloseableHttpClient client = client()) {
      caller.wrap(() -> client.execute(post, response -> null)).call();
    }

    assertThat(own.only().body()).isEqualTo("made");
    assertThat(seen).containsExactly(caller);
  }

  @Test
  void path_thatIsNoAddress_isSentAsWithout() throws Exception {
    HttpGet request = new HttpGet(own.uri("/1"));
    request.setPath("/a|b");

    // By the server, which can't read it.
    assertThat(asUser(HttpClientBuilder.create(), request)).startsWith("400");
    assertThat(telemetry.spans()).hasSize(1);
  }

  private Answer page(URI uri) {
    return pages.getOrDefault(uri.getPath(), RecordingServer.status(200, "arrived"));
  }

  private CloseableHttpClient client() {
    return WaybillApacheHttp.install(HttpClientBuilder.create(), waybill).build();
  }

  private static <R extends HttpRequest> R written(R request) {
    request.addHeader("Authorization", "Bearer secret");
    request.addHeader("Proxy-Authorization", "Basic secret");
    request.addHeader("Cookie", "session=secret");
    request.addHeader("baggage", "mine=1");
    request.addHeader("tracestate", "vendor=secret");
    request.addHeader("x-user-id", "admin");
    request.addHeader("x-mine", "kept");
    return request;
  }

  private String asUser(HttpClientBuilder builder, HttpUriRequestBase request) throws Exception {
    try (CloseableHttpClient client = WaybillApacheHttp.install(builder, waybill).build()) {
      return waybill
          .request()
          .with(USER, "u-1")
          .with(PLAN, "gold")
          .call(
              () ->
                  client.execute(
                      request,
                      response ->
                          response.getCode() + " " + EntityUtils.toString(response.getEntity())));
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
