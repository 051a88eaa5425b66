package io.waybill.opentelemetry.instrumentation;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.RecordingServer.Seen;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Our own server, a third party's, and what is in each: whoever is asked may send on. */
final class Shop implements AutoCloseable {
  final RecordingServer own = server();
  final RecordingServer third = server();

  Shop() throws IOException {}

  /** What a caller does. */
  interface Calls {
    void run() throws Exception;
  }

  private RecordingServer server() throws IOException {
    return RecordingServer.answering(
        exchange ->
            (switch (exchange.getRequestURI().getPath()) {
                  case "/to-own" -> RecordingServer.redirect(302, own().uri("/end").toString());
                  case "/to-third" -> RecordingServer.redirect(302, third().uri("/end").toString());
                  default -> RecordingServer.status(200, "arrived");
                })
                .to(exchange));
  }

  private RecordingServer own() {
    return own;
  }

  private RecordingServer third() {
    return third;
  }

  /** Returns OpenTelemetry with {@code baggage} beside trace context. */
  static OpenTelemetrySdk telemetry(TextMapPropagator baggage) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(InMemorySpanExporter.create()))
                .build())
        .setPropagators(
            ContextPropagators.create(
                TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), baggage)))
        .build();
  }

  static OpenTelemetrySdk telemetry() {
    return telemetry(WaybillPropagator.create());
  }

  /** Installs a policy that names {@code destination}, and nobody else. */
  static Waybill install(OpenTelemetrySdk telemetry, String destination) {
    Waybill waybill =
        Waybill.builder(telemetry)
            .carry(Telemetry.USER)
            .leakDetection(LeakDetection.STRICT)
            .destination(destination, TrustZone.OWN)
            .build();
    WaybillInstrumentation.install(telemetry, waybill);
    return waybill;
  }

  /** Runs {@code calls} in a request of {@code user}. */
  static void as(Waybill waybill, String user, Calls calls) throws Exception {
    waybill
        .request()
        .with(Telemetry.USER, user)
        .call(
            () -> {
              calls.run();
              return 0;
            });
    waybill.requireNoLeaks();
  }

  /**
   * Returns what {@code server} got in each request, in their order, but for the request's number;
   * "" for nothing.
   */
  static List<String> baggage(RecordingServer server) {
    return server.seen().stream().map(Shop::baggage).toList();
  }

  private static String baggage(Seen request) {
    return request.lines("baggage").stream()
        .map(line -> line.replaceAll("request\\.id=[0-9a-f]{32},", ""))
        .collect(Collectors.joining(" / "));
  }

  @Override
  public void close() {
    own.close();
    third.close();
  }
}
