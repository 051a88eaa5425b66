package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one test of a contract has opened, and what must be true of it once all is closed. */
final class ContractRun {
  final TestTelemetry telemetry = TestTelemetry.create();
  final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final TestLog log = TestLog.start();
  private final Queue<AutoCloseable> open = new ConcurrentLinkedQueue<>();
  private final List<Waybill> waybills = new ArrayList<>();

  Waybill build(WaybillBuilder setUp) {
    Waybill waybill = setUp.build();
    waybills.add(waybill);
    return waybill;
  }

  <T extends AutoCloseable> T opened(T server) {
    open.add(server);
    return server;
  }

  /** Closes what was opened, the first first. */
  void closeAll() throws Exception {
    for (AutoCloseable next = open.poll(); next != null; next = open.poll()) {
      next.close();
    }
  }

  /** Closes all, and looks at what is left: spans, requests, values in logs. */
  void end() throws Exception {
    try {
      closeAll();
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).as("end of threads").isTrue();
      telemetry.requireEachSpanEndedOnce();
      waybills.forEach(Waybill::requireNoLeaks);
      assertThat(log.text().contains(ContractFields.SECRET)).as("a log shows a value").isFalse();
    } finally {
      log.close();
      telemetry.close();
    }
  }

  void expectNoSpanOfOurs() {
    assertThat(telemetry.spans())
        .extracting(span -> span.getInstrumentationScopeInfo().getName())
        .doesNotContain("io.waybill");
  }

  @Nullable String attribute(SpanKind kind, String name) {
    return telemetry.span(kind).getAttributes().get(AttributeKey.stringKey(name));
  }

  static <V> V get(Future<V> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }
}
