package io.waybill.testing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * An OpenTelemetry SDK for a test: it keeps all spans, and counts what was dropped. Trace context
 * and {@link WaybillPropagator} are its propagators.
 *
 * <p>A client has its answer before its server has ended the span, so all methods that look at
 * spans wait for up to thirty seconds until each span that was started has ended.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class TestTelemetry implements AutoCloseable {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final AtomicInteger started = new AtomicInteger();
  private final OpenTelemetrySdk sdk;
  private final CountedTelemetry counted;

  private TestTelemetry(TextMapPropagator baggage) {
    TextMapPropagator both =
        TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), baggage);
    this.sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(Sampler.alwaysOn())
                    .addSpanProcessor(new Started(started))
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .setPropagators(ContextPropagators.create(both))
            .build();
    this.counted = new CountedTelemetry(sdk);
  }

  /** Returns a new one, of which nobody else knows. */
  public static TestTelemetry create() {
    return new TestTelemetry(WaybillPropagator.create());
  }

  /** Returns what the services under test are set up with. */
  public OpenTelemetry openTelemetry() {
    return counted;
  }

  /** Returns what other instrumentation beside them is set up with: nobody counts its ends. */
  public OpenTelemetry ofOthers() {
    return sdk;
  }

  /** Returns all spans, in the order in which they ended. */
  public List<SpanData> spans() {
    awaitEnds();
    return spans.getFinishedSpanItems();
  }

  /** Returns the spans of {@code kind}, in the order in which they ended. */
  public List<SpanData> spans(SpanKind kind) {
    return spans().stream().filter(span -> span.getKind() == kind).toList();
  }

  /**
   * Returns the only span of {@code kind}.
   *
   * @throws AssertionError if there is none, or more than one
   */
  public SpanData span(SpanKind kind) {
    List<SpanData> all = spans(kind);
    if (all.size() != 1) {
      List<String> names = all.stream().map(SpanData::getName).toList();
      throw new AssertionError("spans of kind " + kind + ": " + names + " (expected: one)");
    }
    return all.get(0);
  }

  /**
   * Waits until every span has ended.
   *
   * @throws AssertionError if one was ended twice, or is never ended
   */
  public void requireEachSpanEndedOnce() {
    awaitEnds();
    if (counted.ends() != counted.started()) {
      throw new AssertionError(
          "calls of end: " + counted.ends() + " (expected: " + counted.started() + ", one a span)");
    }
  }

  private void awaitEnds() {
    Await.until(
        () -> "the end of " + (counted.started() - counted.ends()) + " spans",
        () -> counted.ends() >= counted.started());
    // The call of end comes before what it does.
    Await.until("the export of spans", () -> finished() >= started.get());
  }

  private int finished() {
    return spans.getFinishedSpanItems().size();
  }

  /** Returns how often Waybill has counted {@code outcome}, in {@code waybill.dropped}. */
  public long dropped(Outcome outcome) {
    return counted("waybill.dropped", outcome);
  }

  /** Returns how often Waybill has counted {@code outcome}, in {@code waybill.credential}. */
  public long credential(Outcome outcome) {
    return counted("waybill.credential", outcome);
  }

  private long counted(String name, Outcome outcome) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(TestTelemetry::points)
        .filter(point -> point.getAttributes().asMap().containsValue(outcome.label()))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private static Stream<LongPointData> points(MetricData metric) {
    return metric.getLongSumData().getPoints().stream();
  }

  @Override
  public void close() {
    sdk.close();
  }

  private record Started(AtomicInteger count) implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      count.incrementAndGet();
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }
}
