package io.waybill.sdk.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.EnumMap;
import java.util.Map;

/** Counts what was dropped, by outcome, as the metric {@code waybill.dropped}. */
public final class DropCounter {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("waybill.outcome");

  private final LongCounter counter;
  private final Map<Outcome, Attributes> attributes = new EnumMap<>(Outcome.class);

  /** Creates the counter on the meter {@code io.waybill}. */
  public DropCounter(MeterProvider meters) {
    counter =
        meters
            .get("io.waybill")
            .counterBuilder("waybill.dropped")
            .setDescription("Baggage members, fields and hooks that Waybill dropped, by outcome")
            .build();
    for (Outcome outcome : Outcome.values()) {
      attributes.put(outcome, Attributes.of(OUTCOME, outcome.label()));
    }
  }

  /** Counts one. */
  public void count(Outcome outcome) {
    count(outcome, 1);
  }

  /** Counts {@code many}; nothing for 0. */
  public void count(Outcome outcome, int many) {
    if (many > 0) {
      counter.add(many, attributes.get(outcome));
    }
  }
}
