package io.waybill.examples.demo;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.interop.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo, with its orders service under the real OpenTelemetry Java agent. */
class JavaAgentTest {
  private static final int REQUESTS = 20;
  private static final List<Span> AGENT_SPANS = new CopyOnWriteArrayList<>();
  private static final List<Map<String, List<String>>> AT_STRANGER = new CopyOnWriteArrayList<>();
  private static final Telemetry TELEMETRY = Telemetry.kept();
  private static List<Driver.Answer> answers = List.of();
  private static List<SpanData> spans = List.of();

  @BeforeAll
  static void runTheDemo() throws Exception {
    Server collector = collector();
    HttpServer stranger = stranger();
    SessionTable sessions = new SessionTable();
    try (PartnerService partner =
            new PartnerService(TELEMETRY.foreignService("partner"), Threads.PLATFORM);
        BillingService billing =
            new BillingService(TELEMETRY.ownService("billing"), Threads.PLATFORM, partner.uri());
        InventoryService inventory =
            new InventoryService(TELEMETRY.ownService("inventory"), Threads.PLATFORM, () -> {});
        Running orders = orders(collector, inventory, billing, stranger);
        EdgeService edge = edge(sessions, orders)) {
      answers = new Driver(edge.uri()).send(Sent.ofDifferentUsers(sessions, REQUESTS), 8);
    } finally {
      spans = TELEMETRY.spans().take(REQUESTS * 7, Duration.ofSeconds(60));
      stranger.stop(0);
      collector.shutdownNow();
    }
  }

  private static Running orders(
      Server collector, InventoryService inventory, BillingService billing, HttpServer stranger)
      throws IOException {
    return Running.start(
        Map.of(
            "OTEL_SERVICE_NAME", "orders",
            "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.getPort(),
            "OTEL_METRICS_EXPORTER", "none",
            "OTEL_LOGS_EXPORTER", "none"),
        List.of("orders "),
        Running.java(
            List.of("-javaagent:" + System.getProperty("waybill.agent")),
            OrdersUnderAgent.class.getName(),
            Integer.toString(inventory.port()),
            billing.uri().toString(),
            "http://127.0.0.1:" + stranger.getAddress().getPort()));
  }

  private static EdgeService edge(SessionTable sessions, Running orders) throws Exception {
    int port = Integer.parseInt(orders.await("orders "));
    return new EdgeService(TELEMETRY.ownService("edge"), Threads.PLATFORM, sessions, port);
  }

  @Test
  void everyHopSawItsOwnRequestsIdentity() {
    assertThat(answers).hasSize(REQUESTS);
    for (Driver.Answer answer : answers) {
      assertThat(answer.failure()).isEmpty();
      assertThat(answer.hops())
          .hasSize(6)
          .allSatisfy(
              hop -> {
                assertThat(hop.field(ShopFields.USER)).isEqualTo(answer.sent().session().user());
                assertThat(hop.field(ShopFields.TENANT))
                    .isEqualTo(answer.sent().session().tenant());
              });
    }
  }

  /** Place and track, reserve and charge, and the two kinds of lookup that call the stranger. */
  @Test
  void noSpanIsDoubled() {
    Map<ByteString, List<Span>> byTrace =
        AGENT_SPANS.stream().collect(groupingBy(Span::getTraceId));
    assertThat(byTrace).hasSize(REQUESTS);
    assertThat(byTrace.values())
        .allSatisfy(
            trace -> {
              assertThat(trace.stream().filter(span -> span.getKind() == SpanKind.SPAN_KIND_SERVER))
                  .extracting(Span::getName)
                  .containsExactlyInAnyOrder("shop.Orders/Place", "shop.Orders/Track");
              assertThat(trace.stream().filter(span -> span.getKind() == SpanKind.SPAN_KIND_CLIENT))
                  .extracting(Span::getName)
                  .containsExactlyInAnyOrder("shop.Inventory/Reserve", "POST", "GET", "GET", "GET");
            });
  }

  @Test
  void noTraceIsTorn() {
    Set<String> known =
        Stream.concat(
                spans.stream().map(span -> span.getTraceId() + span.getSpanId()),
                AGENT_SPANS.stream().map(span -> hex(span.getTraceId()) + hex(span.getSpanId())))
            .collect(toSet());

    assertThat(spans.stream().map(SpanData::getTraceId).distinct()).hasSize(REQUESTS);
    assertThat(AGENT_SPANS)
        .allSatisfy(
            span ->
                assertThat(known).contains(hex(span.getTraceId()) + hex(span.getParentSpanId())));
    assertThat(spans)
        .filteredOn(span -> span.getParentSpanContext().isValid())
        .allSatisfy(span -> assertThat(known).contains(span.getTraceId() + span.getParentSpanId()));
    assertThat(spans).filteredOn(span -> !span.getParentSpanContext().isValid()).hasSize(REQUESTS);
  }

  @Test
  void identityIsOnTheSpansOfTheRequest() {
    Map<String, String> userOfTrace =
        answers.stream()
            .collect(
                toMap(
                    answer -> answer.hops().get(0).trace(),
                    answer -> answer.sent().session().user()));
    assertThat(AGENT_SPANS)
        .filteredOn(span -> span.getKind() == SpanKind.SPAN_KIND_SERVER)
        .allSatisfy(
            span ->
                assertThat(attribute(span, "user.id"))
                    .isEqualTo(userOfTrace.get(hex(span.getTraceId()))));
    assertThat(spans)
        .filteredOn(span -> span.getResource().getAttributes().toString().contains("inventory"))
        .hasSize(REQUESTS)
        .allSatisfy(
            span -> assertThat(span.getAttributes().toString()).contains("user.id", "tenant.id"));
  }

  @Test
  void unwrappedClientSendsNoIdentity() {
    assertThat(AT_STRANGER).hasSize(REQUESTS * 3);
    assertThat(AT_STRANGER.toString()).contains("Traceparent").doesNotContain("u-", "user.id");
    assertThat(AT_STRANGER.toString()).doesNotContain("tenant.id", "request.id", "session.id");
  }

  private static Server collector() throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .addService(
            new TraceServiceImplBase() {
              @Override
              public void export(
                  ExportTraceServiceRequest request,
                  StreamObserver<ExportTraceServiceResponse> caller) {
                request.getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .forEach(scope -> AGENT_SPANS.addAll(scope.getSpansList()));
                caller.onNext(ExportTraceServiceResponse.getDefaultInstance());
                caller.onCompleted();
              }
            })
        .build()
        .start();
  }

  private static HttpServer stranger() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          AT_STRANGER.add(Map.copyOf(exchange.getRequestHeaders()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String attribute(Span span, String name) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(name))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
