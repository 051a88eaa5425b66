package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.waybill.sdk.policy.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what became of credentials, as the metric {@code waybill.credential}. */
public final class CredentialCounter {
  private static final AttributeKey<String> FIELD = AttributeKey.stringKey("waybill.field");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("waybill.outcome");

  private final Counter counter;
  // As many as set-up has fields, times outcomes: made once, since each call counts.
  private final Map<String, Map<Outcome, Attributes>> attributes = new ConcurrentHashMap<>();

  /** Creates the counter as one of {@code counters}. */
  public CredentialCounter(Counters counters) {
    counter =
        counters.counter(
            "waybill.credential",
            "Credentials that calls were to have, and their renewals, by field and outcome");
  }

  /** Counts one, of the field of that name. */
  public void count(String field, Outcome outcome) {
    Map<Outcome, Attributes> ofField = attributes.get(field);
    Attributes known = ofField == null ? null : ofField.get(outcome);
    counter.add(1, known == null ? firstOf(field, outcome) : known);
  }

  private Attributes firstOf(String field, Outcome outcome) {
    return attributes
        .computeIfAbsent(field, name -> new ConcurrentHashMap<>())
        .computeIfAbsent(outcome, how -> Attributes.of(FIELD, field, OUTCOME, how.label()));
  }
}
