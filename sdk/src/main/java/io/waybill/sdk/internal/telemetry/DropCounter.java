package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.waybill.sdk.policy.Border;
import io.waybill.sdk.policy.Outcome;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what was dropped, as the metric {@code waybill.dropped}, by outcome and border. What
 * happens inside of a request, as a failing hook does, has no border.
 */
public final class DropCounter {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("waybill.outcome");
  private static final AttributeKey<String> BORDER = AttributeKey.stringKey("waybill.border");

  private final Counter counter;
  private final Counter explained;
  private final Map<Outcome, Attributes> inside = attributes(null);
  private final Map<Border, Map<Outcome, Attributes>> atBorder = new EnumMap<>(Border.class);

  /** Creates the counter as one of {@code counters}. */
  public DropCounter(Counters counters) {
    counter =
        counters.counter(
            "waybill.dropped",
            "Baggage members, fields and hooks that Waybill dropped, by outcome");
    explained =
        counters.counter(
            "waybill.explained",
            "Fields at the borders, by outcome, where set-up asks for explanations");
    for (Border border : Border.values()) {
      atBorder.put(border, attributes(border));
    }
  }

  /** Counts one for {@code waybill.explained}, which has what passed as well. */
  public void explain(Border border, Outcome outcome) {
    explained.add(1, at(border, outcome));
  }

  /** Counts one that happened at no border. */
  public void count(Outcome outcome) {
    counter.add(1, at(inside, outcome));
  }

  /** Counts {@code many} at {@code border}; nothing for 0. */
  public void count(Border border, Outcome outcome, int many) {
    if (many > 0) {
      counter.add(many, at(border, outcome));
    }
  }

  private Attributes at(Border border, Outcome outcome) {
    Map<Outcome, Attributes> byOutcome = atBorder.get(border);
    return at(byOutcome == null ? inside : byOutcome, outcome);
  }

  private static Attributes at(Map<Outcome, Attributes> byOutcome, Outcome outcome) {
    Attributes attributes = byOutcome.get(outcome);
    return attributes == null ? Attributes.empty() : attributes;
  }

  private static Map<Outcome, Attributes> attributes(@Nullable Border border) {
    Map<Outcome, Attributes> attributes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      Attributes ofOutcome = Attributes.of(OUTCOME, outcome.label());
      attributes.put(
          outcome,
          border == null ? ofOutcome : ofOutcome.toBuilder().put(BORDER, border.label()).build());
    }
    return attributes;
  }
}
