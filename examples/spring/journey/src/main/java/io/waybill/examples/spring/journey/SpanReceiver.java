package io.waybill.examples.spring.journey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Receives spans over OTLP, as protobuf over HTTP, and passes them on as they came. */
final class SpanReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<TracedSpan> spans = new ConcurrentLinkedQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final @Nullable URI next;

  /** Opens one; {@code next} is the address of a further receiver, without its path. */
  @SuppressWarnings("this-escape") // last, when all is there
  SpanReceiver(@Nullable URI next) throws IOException {
    this.next = next == null ? null : next.resolve("/v1/traces");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/traces", this::receive);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<TracedSpan> spans() {
    return List.copyOf(spans);
  }

  private void receive(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String encoding = exchange.getRequestHeaders().getFirst("content-encoding");
    boolean zipped = "gzip".equals(encoding);
    try (InputStream plain =
        zipped
            ? new GZIPInputStream(new ByteArrayInputStream(body))
            : new ByteArrayInputStream(body)) {
      ExportTraceServiceRequest.parseFrom(plain).getResourceSpansList().forEach(this::add);
    }
    if (next != null) {
      pass(next, body, zipped);
    }
    // An answer without a body says: all were received.
    exchange.getResponseHeaders().set("content-type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void pass(URI to, byte[] body, boolean zipped) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .header("content-type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(body));
    if (zipped) {
      request.header("content-encoding", "gzip");
    }
    try {
      client.send(request.build(), BodyHandlers.discarding());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void add(ResourceSpans resource) {
    String service =
        texts(resource.getResource().getAttributesList()).getOrDefault("service.name", "?");
    for (ScopeSpans scope : resource.getScopeSpansList()) {
      scope
          .getSpansList()
          .forEach(
              span ->
                  spans.add(
                      new TracedSpan(
                          service,
                          hex(span.getTraceId().toByteArray()),
                          hex(span.getSpanId().toByteArray()),
                          hex(span.getParentSpanId().toByteArray()),
                          span.getName(),
                          span.getKind().name().replace("SPAN_KIND_", ""),
                          span.getStartTimeUnixNano(),
                          span.getEndTimeUnixNano(),
                          texts(span.getAttributesList()),
                          scope.getScope().getName())));
    }
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    Map<String, String> texts = new HashMap<>();
    attributes.forEach(
        attribute -> texts.put(attribute.getKey(), attribute.getValue().getStringValue()));
    return texts;
  }

  private static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
