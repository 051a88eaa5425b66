package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.MeterProvider;

/** A counter of Waybill's meter. What the application's metrics throw is not the request's. */
final class Counter {
  private final LongCounter counter;

  Counter(MeterProvider meters, String name, String description) {
    this.counter =
        Instrumentation.meter(meters).counterBuilder(name).setDescription(description).build();
  }

  void add(long many, Attributes attributes) {
    try {
      counter.add(many, attributes);
    } catch (Throwable metricsFailed) {
      // There is no other place to count it.
    }
  }
}
