package io.waybill.spring;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The finished spans of an application. */
@Configuration(proxyBeanMethods = false)
public class Spans {
  /** What each application of these tests is started with. */
  public static final Map<String, Object> PROPERTIES =
      Map.of(
          "server.port", "0",
          "spring.main.banner-mode", "off",
          "logging.level.root", "warn",
          "management.otlp.metrics.export.enabled", "false",
          "management.tracing.sampling.probability", "1.0");

  private final BlockingQueue<SpanData> finished = new LinkedBlockingQueue<>();

  @Bean
  SpanProcessor collectingProcessor() {
    return SimpleSpanProcessor.create(
        new SpanExporter() {
          @Override
          public CompletableResultCode export(Collection<SpanData> spans) {
            finished.addAll(spans);
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
          }
        });
  }

  /** Returns a port that was free just now, for what must be known before a server starts. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /**
   * Returns those that are finished, once there are {@code least}; a client may be answered before.
   */
  public List<SpanData> await(int least) throws InterruptedException {
    List<SpanData> all = new ArrayList<>();
    while (all.size() < least) {
      SpanData span = finished.poll(30, TimeUnit.SECONDS);
      if (span == null) {
        throw new AssertionError(all.size() + " spans (expected: " + least + " or more)");
      }
      all.add(span);
    }
    finished.drainTo(all);
    return all;
  }
}
