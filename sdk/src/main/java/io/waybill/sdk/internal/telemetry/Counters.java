package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Makes the counters of one Waybill, on its meter and wherever else they are asked for later. */
public final class Counters {
  private final MeterProvider meters;
  private final List<Counter> all = new CopyOnWriteArrayList<>();

  /** Creates none yet, for the meter {@code io.waybill}. */
  public Counters(MeterProvider meters) {
    this.meters = meters;
  }

  Counter counter(String name, String description) {
    Counter counter = new Counter(meters, name, description);
    all.add(counter);
    return counter;
  }

  /** From now on, adds whatever is counted to the counter that {@code others} has of its name. */
  public void countOn(Function<String, LongCounter> others) {
    all.forEach(counter -> counter.countOn(others));
  }
}
