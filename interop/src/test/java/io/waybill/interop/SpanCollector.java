package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Takes the spans that an agent exports. */
final class SpanCollector implements AutoCloseable {
  private static final String USER = "user.id";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final Server server;

  SpanCollector() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .addService(
                new TraceServiceImplBase() {
                  @Override
                  public void export(
                      ExportTraceServiceRequest request,
                      StreamObserver<ExportTraceServiceResponse> caller) {
                    request.getResourceSpansList().stream()
                        .flatMap(resource -> resource.getScopeSpansList().stream())
                        .forEach(scope -> add(scope.getSpansList()));
                    caller.onNext(ExportTraceServiceResponse.getDefaultInstance());
                    caller.onCompleted();
                  }
                })
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** Waits for a SERVER span of this user. */
  Span awaitServerOf(String user) throws InterruptedException {
    await(() -> !serversOf(user).isEmpty());
    return serversOf(user).get(0);
  }

  /**
   * Waits for as many SERVER spans of users whose names begin so.
   *
   * @return all spans that show such a user, by trace
   */
  Collection<List<Span>> awaitServersOf(String prefix, int count) throws InterruptedException {
    await(() -> serversOf(prefix).size() >= count);
    assertThat(serversOf(prefix)).hasSize(count);
    return spans.stream()
        .filter(span -> attribute(span, USER).startsWith(prefix))
        .collect(Collectors.groupingBy(Span::getTraceId))
        .values();
  }

  private List<Span> serversOf(String prefix) {
    return spans.stream()
        .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
        .filter(span -> attribute(span, USER).startsWith(prefix))
        .toList();
  }

  private synchronized void await(BooleanSupplier isThere) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isThere.getAsBoolean()) {
      long left = end - System.nanoTime();
      assertThat(left).as("patience").isPositive();
      wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
  }

  private synchronized void add(List<Span> exported) {
    spans.addAll(exported);
    notifyAll();
  }

  /** Returns the text of an attribute; empty without one. */
  static String attribute(Span span, String name) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(name))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
