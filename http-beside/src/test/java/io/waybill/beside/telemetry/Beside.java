package io.waybill.beside.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.MirrorMode;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * A service that calls two others, one of its own and one that nobody has named, with Waybill and
 * another instrumentation. A call is made below a span named "caller", for a user, and with a plain
 * member of somebody else's in OpenTelemetry's Baggage.
 */
final class Beside implements AutoCloseable {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<String> PLAN = BaggageField.attribute("plan", FieldCodec.string());

  /** What propagates baggage beside the trace. */
  enum Propagator {
    NOTHING(TextMapPropagator.noop()),
    WAYBILL(WaybillPropagator.create()),
    /** Sends what lies in Baggage to everybody; with identity there, by the user's own will. */
    PLAIN(W3CBaggagePropagator.getInstance());

    private final TextMapPropagator baggage;

    Propagator(TextMapPropagator baggage) {
      this.baggage = baggage;
    }

    TextMapPropagator all() {
      return TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), baggage);
    }
  }

  final OpenTelemetrySdk openTelemetry;
  final ObservationRegistry registry;
  final RecordingServer own = RecordingServer.answering(this::answer);
  final RecordingServer unnamed = RecordingServer.answering(this::answer);
  final Waybill waybill;
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  Beside(SpanMode mode, Propagator propagator) throws IOException {
    openTelemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(propagator.all()))
            .build();
    WaybillBuilder setUp =
        Waybill.builder(openTelemetry)
            .carry(USER)
            .carry(PLAN)
            .spans(mode)
            .leakDetection(LeakDetection.STRICT)
            .destination(own.origin(), TrustZone.OWN);
    waybill =
        (propagator == Propagator.PLAIN ? setUp.mirrorIdentity(MirrorMode.ALWAYS) : setUp).build();
    registry = Observing.by(openTelemetry, waybill);
  }

  private void answer(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/round" -> RecordingServer.redirect(302, unnamed.origin() + "/back").to(exchange);
      case "/back" -> RecordingServer.redirect(302, own.origin() + "/end").to(exchange);
      default -> RecordingServer.status(200, "fine").to(exchange);
    }
  }

  /** Makes a call for {@code user}. */
  <T> T as(String user, Callable<T> call) throws Exception {
    Baggage theirs = Baggage.builder().put("region", "eu").build();
    try (Scope ignored = Context.root().with(theirs).makeCurrent()) {
      return Observation.createNotStarted("caller", registry)
          .observeChecked(
              () -> waybill.request().with(USER, user).with(PLAN, "gold").call(call::call));
    }
  }

  List<SpanData> spans() {
    return exporter.getFinishedSpanItems();
  }

  /** Returns how many spans show the calls, of whatever kind. */
  long callSpans() {
    return spans().stream().filter(span -> !span.getName().equals("caller")).count();
  }

  /** Expects one trace for each caller, in which each other span is below one that is there. */
  void assertWhole() {
    var byId = spans().stream().collect(Collectors.toMap(SpanData::getSpanId, span -> span));
    for (SpanData span : spans()) {
      if (span.getName().equals("caller")) {
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        continue;
      }
      SpanData parent = byId.get(span.getParentSpanId());
      assertThat(parent).as("parent of %s", span).isNotNull();
      assertThat(span.getTraceId()).isEqualTo(parent.getTraceId());
    }
  }

  /**
   * Expects one line of baggage, with identity, and as parent spans that are there.
   *
   * @param parents how many lines there are
   */
  void assertHasIdentity(Seen seen, String user, int parents) {
    assertThat(seen.lines("baggage"))
        .singleElement()
        .asString()
        .contains("user.id=" + user, "plan=gold")
        .containsOnlyOnce("user.id");
    assertHasParents(seen, parents);
  }

  /** Expects nothing but the trace, and as parent spans that are there. */
  void assertHasNothing(Seen seen, int parents) {
    assertThat(seen.headers().entrySet().toString())
        .doesNotContainIgnoringCase("baggage")
        .doesNotContain("u-1", "u-2", "gold", "region");
    assertHasParents(seen, parents);
  }

  private void assertHasParents(Seen seen, int parents) {
    List<String> known =
        spans().stream().map(span -> span.getTraceId() + "-" + span.getSpanId()).toList();
    assertThat(seen.lines("traceparent"))
        .hasSize(parents)
        .allSatisfy(line -> assertThat(known).contains(line.substring(3, line.length() - 3)));
  }

  @Override
  public void close() {
    own.close();
    unnamed.close();
    openTelemetry.close();
    waybill.requireNoLeaks();
    assertThat(Context.current()).isSameAs(Context.root());
  }
}
