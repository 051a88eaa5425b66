package io.waybill.beside.telemetry;

import static io.waybill.beside.telemetry.Beside.PLAN;
import static io.waybill.beside.telemetry.Beside.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.RequestScope;
import io.waybill.beside.telemetry.Beside.Propagator;
import io.waybill.beside.telemetry.ObservedServer.Running;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers of ours that Micrometer observes, in each order and span mode. */
class ObservedServerTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  private final HttpClient http = HttpClient.newHttpClient();
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private List<SpanData> spans = List.of();

  static Stream<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (ObservedServer server : ObservedServer.values()) {
      for (boolean outside : List.of(true, false)) {
        for (SpanMode mode : SpanMode.values()) {
          for (Propagator propagator : Propagator.values()) {
            all.add(Arguments.of(server, outside, mode, propagator));
          }
        }
      }
    }
    return all.stream();
  }

  /** Asks as two users, and returns what the handler saw of each. */
  private List<String> seen(
      ObservedServer server,
      boolean outside,
      SpanMode mode,
      Propagator propagator,
      boolean trusting)
      throws Exception {
    try (OpenTelemetrySdk openTelemetry = openTelemetry(propagator)) {
      WaybillBuilder setUp =
          Waybill.builder(openTelemetry)
              .carry(USER)
              .carry(PLAN)
              .spans(mode)
              .leakDetection(LeakDetection.STRICT);
      Waybill waybill = (trusting ? setUp.peers(peer -> TrustZone.OWN) : setUp).build();
      ObservationRegistry registry = Observing.by(openTelemetry, waybill);
      Running running = server.start(waybill, registry, outside, () -> handle(registry));
      List<String> seen = new ArrayList<>();
      try (AutoCloseable unused = running.stop()) {
        for (String user : List.of("u-1", "u-2")) {
          seen.add(ask(running.port(), user));
        }
      }
      waybill.requireNoLeaks();
      spans = exporter.getFinishedSpanItems(); // Closing the SDK forgets them.
      return seen;
    }
  }

  private OpenTelemetrySdk openTelemetry(Propagator propagator) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build())
        .setPropagators(ContextPropagators.create(propagator.all()))
        .build();
  }

  private static String handle(ObservationRegistry registry) {
    return Observation.createNotStarted("work", registry)
        .observe(
            () -> {
              RequestScope scope = RequestScope.current();
              return scope.get(USER) + " " + scope.get(PLAN);
            });
  }

  private String ask(int port, String user) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .header("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
            .header("baggage", "user.id=" + user + ",plan=gold,region=eu")
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void handler_seesWhoAsks_inOneTrace(
      ObservedServer server, boolean outside, SpanMode mode, Propagator propagator)
      throws Exception {
    assertThat(seen(server, outside, mode, propagator, true))
        .containsExactly("u-1 gold", "u-2 gold");

    Set<String> ids = spans.stream().map(SpanData::getSpanId).collect(Collectors.toSet());
    assertThat(spans)
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId()).isEqualTo(TRACE);
              assertThat(span.getParentSpanId())
                  .matches(parent -> parent.equals(PARENT) || ids.contains(parent));
            });
    // Inside of ours, Micrometer reads the header again: its span is beside ours, not below.
    assertThat(spans)
        .filteredOn(span -> span.getParentSpanId().equals(PARENT))
        .hasSize(outside ? 2 : 2 * servers(false, mode));
    assertThat(spans)
        .filteredOn(span -> span.getKind() == SpanKind.SERVER)
        .hasSize(2 * servers(outside, mode));
  }

  /** Also where somebody further out has read what it says into OpenTelemetry's Baggage. */
  @ParameterizedTest
  @MethodSource("cells")
  void stranger_speaksForNobody(
      ObservedServer server, boolean outside, SpanMode mode, Propagator propagator)
      throws Exception {
    assertThat(seen(server, outside, mode, propagator, false))
        .containsExactly("null null", "null null");
  }

  private static int servers(boolean outside, SpanMode mode) {
    return switch (mode) {
      case AUTO -> outside ? 1 : 2;
      case ALWAYS -> 2;
      case NEVER -> 1;
    };
  }
}
