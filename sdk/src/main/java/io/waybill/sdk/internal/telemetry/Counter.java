package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A counter of Waybill's meter. What the application's metrics throw is not the request's. */
final class Counter {
  private final String name;
  private final CopyOnWriteArrayList<LongCounter> counters = new CopyOnWriteArrayList<>();

  Counter(MeterProvider meters, String name, String description) {
    this.name = name;
    counters.add(
        Instrumentation.meter(meters).counterBuilder(name).setDescription(description).build());
  }

  void countOn(Function<String, LongCounter> others) {
    counters.addIfAbsent(others.apply(name));
  }

  void add(long many, Attributes attributes) {
    for (LongCounter counter : counters) {
      try {
        counter.add(many, attributes);
      } catch (Throwable metricsFailed) {
        // There is no other place to count it.
      }
    }
  }
}
