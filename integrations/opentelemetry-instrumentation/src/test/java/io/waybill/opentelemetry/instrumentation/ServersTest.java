package io.waybill.opentelemetry.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.instrumentation.api.instrumenter.Instrumenter;
import io.opentelemetry.instrumentation.api.instrumenter.InstrumenterBuilder;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerAttributesExtractor;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerAttributesGetter;
import io.waybill.RequestScope;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.PeerRules;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.TestLog;
import io.waybill.testing.TestTelemetry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers and consumers whose requests nobody can read. */
class ServersTest {
  private static final Map<String, String> FORGED = Map.of("baggage", "user.id=admin");

  private final TestTelemetry telemetry = TestTelemetry.create();
  private final Waybill waybill =
      Waybill.builder(telemetry.ofOthers())
          .carry(Telemetry.USER)
          .peers(PeerRules.none().listener(8080, TrustZone.OWN))
          .leakDetection(LeakDetection.STRICT)
          .build();

  ServersTest() {
    WaybillInstrumentation.install(telemetry.ofOthers(), waybill);
  }

  @AfterEach
  void end() {
    waybill.requireNoLeaks();
    telemetry.close();
  }

  private InstrumenterBuilder<Map<String, String>, String> instrumenter(String name) {
    return Instrumenter.builder(telemetry.ofOthers(), name, request -> "operation");
  }

  /** The attributes say what {@code Host} says: nobody's certificate, and not the connection. */
  @Test
  void server_ofAnUnknownKind_believesNobody() {
    Instrumenter<Map<String, String>, String> server =
        instrumenter("shop.server")
            .addAttributesExtractor(HttpServerAttributesExtractor.create(new Request()))
            .buildServerInstrumenter(new Getter());

    Context context = server.start(Context.root(), FORGED);
    RequestScope scope = RequestScope.fromContextOrNull(context);

    assertThat(scope).isNotNull();
    assertThat(scope.get(Telemetry.USER)).isNull();
    assertThat(Baggage.fromContext(context).getEntryValue("user.id")).isNull();
    assertThat(telemetry.dropped(Outcome.UNTRUSTED)).isEqualTo(1);
    server.end(context, FORGED, "answer", null);
    assertThat(scope.isEnded()).isTrue();
  }

  /** Where a queue has it from is not known, so it is nobody's, until an adapter opens it. */
  @Test
  void consumer_isCountedAndOpensNothing() {
    Instrumenter<Map<String, String>, String> consumer =
        instrumenter("shop.queue").buildConsumerInstrumenter(new Getter());

    try (TestLog log = TestLog.start()) {
      for (int i = 0; i < 200; i++) {
        Context context = consumer.start(Context.root(), FORGED);
        assertThat(RequestScope.fromContextOrNull(context)).isNull();
        assertThat(Baggage.fromContext(context).isEmpty()).isTrue();
        consumer.end(context, FORGED, "done", null);
      }

      assertThat(telemetry.dropped(Outcome.UNOPENED)).isPositive();
      assertThat(log.text().split("nobody has opened", -1)).as("warnings").hasSize(2);
      assertThat(log.text()).doesNotContain("admin");
    }
  }

  private static final class Request
      implements HttpServerAttributesGetter<Map<String, String>, String> {
    @Override
    public String getHttpRequestMethod(Map<String, String> request) {
      return "GET";
    }

    @Override
    public String getUrlScheme(Map<String, String> request) {
      return "http";
    }

    @Override
    public String getUrlPath(Map<String, String> request) {
      return "/orders";
    }

    @Override
    public @Nullable String getUrlQuery(Map<String, String> request) {
      return null;
    }

    @Override
    public List<String> getHttpRequestHeader(Map<String, String> request, String name) {
      return name.equals("host") ? List.of("127.0.0.1:8080") : List.of();
    }

    @Override
    public @Nullable Integer getHttpResponseStatusCode(
        Map<String, String> request, String response, @Nullable Throwable error) {
      return null;
    }

    @Override
    public List<String> getHttpResponseHeader(
        Map<String, String> request, String response, String name) {
      return List.of();
    }
  }

  private static final class Getter implements TextMapGetter<Map<String, String>> {
    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String name) {
      return carrier == null ? null : carrier.get(name);
    }
  }
}
