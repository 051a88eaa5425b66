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
  private final LongCounter explained;
  private final Map<Outcome, Attributes> attributes = new EnumMap<>(Outcome.class);

  /** Creates the counter on the meter {@code io.waybill}. */
  public DropCounter(MeterProvider meters) {
    counter =
        meters
            .get("io.waybill")
            .counterBuilder("waybill.dropped")
            .setDescription("Baggage members, fields and hooks that Waybill dropped, by outcome")
            .build();
    explained =
        meters
            .get("io.waybill")
            .counterBuilder("waybill.explained")
            .setDescription("Fields at the borders, by outcome, where set-up asks for explanations")
            .build();
    for (Outcome outcome : Outcome.values()) {
      attributes.put(outcome, Attributes.of(OUTCOME, outcome.label()));
    }
  }

  /** Counts one for {@code waybill.explained}, which has what passed as well. */
  public void explain(Outcome outcome) {
    explained.add(1, attributes.get(outcome));
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
