package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.testing.leaks.ContextLeakExtension;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** What both contracts give to an adapter, and look at after each test. */
@ExtendWith(ContextLeakExtension.class)
abstract class ContractBase {
  final ContractRun run = new ContractRun();

  /** Changes the set-up, for an adapter that needs more. */
  protected WaybillBuilder configure(WaybillBuilder builder) {
    return builder;
  }

  /**
   * Returns whether the adapter starts the spans of its calls. Where another instrumentation inside
   * of it does, those show no fields.
   */
  protected boolean startsSpans() {
    return true;
  }

  /** Expects {@code value} on the one span of {@code kind}, where that is the adapter's. */
  void expectOnSpan(SpanKind kind, String name, String value) {
    assertThat(run.attribute(kind, name)).isEqualTo(startsSpans() ? value : null);
  }

  /** Returns the telemetry of all set-ups, for other instrumentation beside the adapter. */
  protected final TestTelemetry telemetry() {
    return run.telemetry;
  }

  /** Returns {@code made}, which is made of {@code source} and when cancelled cancels it too. */
  protected static <V> CompletableFuture<V> cancelling(
      Future<?> source, CompletableFuture<V> made) {
    var unused =
        made.whenComplete(
            (value, failure) -> {
              if (made.isCancelled()) {
                source.cancel(true);
              }
            });
    return made;
  }

  @AfterEach
  final void requireNothingLeft() throws Exception {
    run.end();
  }
}
