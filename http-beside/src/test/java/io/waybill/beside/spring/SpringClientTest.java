package io.waybill.beside.spring;

import static io.waybill.http.testing.Telemetry.PLAN;
import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;

/** What happens below one call of Spring's: redirects, and a credential that is rejected. */
class SpringClientTest {
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final Telemetry telemetry = new Telemetry();
  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicInteger intercepted = new AtomicInteger();
  private final RecordingServer own = RecordingServer.answering(this::answer);
  private final RecordingServer other = RecordingServer.answering(this::answer);
  private final Waybill waybill =
      telemetry
          .waybill()
          .keep(TOKEN)
          .leakDetection(LeakDetection.STRICT)
          .credential(
              Credential.bearer(TOKEN, (String token) -> token)
                  .to(own.origin())
                  .plaintext()
                  .renew(old -> "fresh-" + renewals.incrementAndGet()))
          .destination(own.origin(), TrustZone.OWN)
          .build();

  SpringClientTest() throws IOException {}

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String token = exchange.getRequestHeaders().getFirst("authorization");
    RecordingServer.Answer answer =
        switch (path) {
          case "/away" -> RecordingServer.redirect(307, other.origin() + "/end");
          case "/round" -> RecordingServer.redirect(302, other.origin() + "/back");
          case "/back" -> RecordingServer.redirect(302, own.origin() + "/end");
          case "/fresh" ->
              "Bearer old".equals(token)
                  ? RecordingServer.status(401, "who are you?")
                  : RecordingServer.status(200, "fine");
          default -> RecordingServer.status(200, "fine");
        };
    answer.to(exchange);
  }

  @AfterEach
  void stop() {
    own.close();
    other.close();
    telemetry.close();
    waybill.requireNoLeaks();
  }

  static Stream<Arguments> clients() {
    List<Arguments> all = new ArrayList<>();
    for (By by : By.values()) {
      for (Over over : Over.values()) {
        all.add(Arguments.of(by, over));
      }
    }
    return all.stream();
  }

  private String call(By by, Over over, String path) throws Exception {
    ClientHttpRequestInterceptor users =
        (request, body, execution) -> {
          intercepted.incrementAndGet();
          return execution.execute(request, body);
        };
    ClientHttpRequestFactory factory = over.open(waybill, () -> {});
    try {
      By.Caller caller = by.over(factory, List.of(users));
      return waybill
          .request()
          .with(USER, "u-1")
          .with(PLAN, "gold")
          .call(
              () -> {
                RequestScope.current().set(TOKEN, "old");
                return caller.get(own.uri(path), Map.of());
              });
    } finally {
      if (factory instanceof DisposableBean disposable) {
        disposable.destroy();
      }
    }
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
    assertThat(seen.lines("traceparent")).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_toAnotherPort_takesNothingAlong(By by, Over over) throws Exception {
    assertThat(call(by, over, "/away")).isEqualTo("200 fine");

    assertHasIdentity(own.only());
    assertHasNothing(other.only());
    assertThat(intercepted).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void redirect_thereAndBack_isDecidedAtEachHop(By by, Over over) throws Exception {
    assertThat(call(by, over, "/round")).isEqualTo("200 fine");

    assertThat(own.seen()).hasSize(2).allSatisfy(SpringClientTest::assertHasIdentity);
    assertHasNothing(other.only());
    assertThat(intercepted).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void rejectedCredential_isRenewedOnceAndRepeated(By by, Over over) throws Exception {
    assertThat(call(by, over, "/fresh")).isEqualTo("200 fine");

    assertThat(own.seen())
        .extracting(seen -> seen.line("authorization"))
        .containsExactly("Bearer old", "Bearer fresh-1");
    assertThat(own.seen()).allSatisfy(SpringClientTest::assertHasIdentity);
    assertThat(renewals).hasValue(1);
    assertThat(intercepted).hasValue(1);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void span_isOneForEachRequestOnTheNetwork(By by, Over over) throws Exception {
    call(by, over, "/round");

    assertThat(telemetry.spans())
        .extracting(SpanData::getKind)
        .containsExactly(SpanKind.CLIENT, SpanKind.CLIENT, SpanKind.CLIENT);
  }
}
