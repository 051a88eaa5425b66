package io.waybill.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.context.Context;
import io.waybill.sdk.Waybill;

/** Waybill's counters as counters of Micrometer, of the same names and tags. */
record WaybillMeters(Waybill waybill) implements MeterBinder {

  /** Returns it as its interface, so that nobody else is linked to metrics who has none. */
  static MeterBinder of(Waybill waybill) {
    return new WaybillMeters(waybill);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    waybill.countOn(name -> new Meter(registry, name));
  }

  private record Meter(MeterRegistry registry, String name) implements LongCounter {
    @Override
    public void add(long value) {
      add(value, Attributes.empty());
    }

    @Override
    public void add(long value, Attributes attributes) {
      registry.counter(name, tags(attributes)).increment((double) value);
    }

    @Override
    public void add(long value, Attributes attributes, Context context) {
      add(value, attributes);
    }

    private static Tags tags(Attributes attributes) {
      return Tags.of(
          attributes.asMap().entrySet().stream()
              .map(entry -> Tag.of(entry.getKey().getKey(), entry.getValue().toString()))
              .toList());
    }
  }
}
