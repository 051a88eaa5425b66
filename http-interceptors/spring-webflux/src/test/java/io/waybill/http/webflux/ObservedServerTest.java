package io.waybill.http.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** The server's filter inside of the observation that Boot installs, with Micrometer Tracing. */
class ObservedServerTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final Telemetry telemetry = new Telemetry();
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final RecordingServer next =
      RecordingServer.answering(RecordingServer.status(200, "fine"));
  private final Waybill waybill =
      telemetry
          .waybill()
          .peers(peer -> TrustZone.OWN)
          .destination(next.origin(), TrustZone.OWN)
          .build();
  private WebClient client = client(SpanMode.NEVER).build();

  ObservedServerTest() throws IOException {
    Tracer spans = telemetry.openTelemetry().getTracer("micrometer");
    OtelTracer tracer = new OtelTracer(spans, new OtelCurrentTraceContext(), event -> {});
    OtelPropagator propagator =
        new OtelPropagator(telemetry.openTelemetry().getPropagators(), spans);
    registry
        .observationConfig()
        .observationHandler(
            new FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                new DefaultTracingObservationHandler(tracer)));
  }

  private WebClient.Builder client(SpanMode mode) {
    return WebClient.builder().filter(WaybillWebFlux.clientFilter(waybill.withSpans(mode)));
  }

  @AfterEach
  void stop() {
    Hooks.disableAutomaticContextPropagation();
    next.close();
    telemetry.close();
  }

  private SpanData serve(SpanMode mode, SpanKind shown) throws Exception {
    try (WebFluxServer server =
        WebFluxServer.of(
            WebHttpHandlerBuilder.webHandler(this::callNext)
                .filter(WaybillWebFlux.serverFilter(waybill.withSpans(mode)))
                .observationRegistry(registry))) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
              .header("baggage", "user.id=u-1")
              .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
              .build();
      HttpClient plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      assertThat(plain.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
    assertThat(next.only().line("baggage")).contains("user.id=u-1");
    assertThat(next.only().line("traceparent")).contains(TRACE);
    List<SpanData> spans =
        telemetry.spans().stream().filter(span -> span.getKind() == shown).toList();
    assertThat(spans).hasSize(1);
    return spans.get(0);
  }

  private Mono<Void> callNext(ServerWebExchange exchange) {
    return Mono.delay(Duration.ofMillis(1))
        .flatMap(n -> client.get().uri(next.uri("/")).retrieve().toBodilessEntity())
        .then();
  }

  /** One that knows the user, and below which the trace goes on. */
  @ParameterizedTest
  @CsvSource({"AUTO, false", "AUTO, true", "NEVER, false", "NEVER, true"})
  void spanOfTheServer_isTheObservationsAlone(SpanMode mode, boolean isHooked) throws Exception {
    if (isHooked) {
      Hooks.enableAutomaticContextPropagation();
    }

    SpanData span = serve(mode, SpanKind.SERVER);
    assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("micrometer");
    assertThat(span.getAttributes().get(AttributeKey.stringKey("user.id"))).isEqualTo("u-1");
    assertThat(next.only().line("traceparent")).contains(span.getSpanId());
  }

  /** The observation of the call is around our filter, and has written its trace. */
  @ParameterizedTest
  @EnumSource(
      value = SpanMode.class,
      names = {"AUTO", "NEVER"})
  void spanOfTheClient_isTheObservationsAlone(SpanMode mode) throws Exception {
    client = client(SpanMode.AUTO).observationRegistry(registry).build();

    SpanData span = serve(mode, SpanKind.CLIENT);
    assertThat(span.getInstrumentationScopeInfo().getName()).isEqualTo("micrometer");
    assertThat(next.only().lines("traceparent"))
        .singleElement()
        .satisfies(line -> assertThat(line).contains(span.getSpanId()));
  }
}
