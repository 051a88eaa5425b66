package io.waybill.sdk;

import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.Members;
import org.jspecify.annotations.Nullable;

/** Where each decision of a border is counted, and explained where that is asked for. */
final class Ledger {
  private final DropCounter drops;
  private final @Nullable Explanation explanation;
  private final @Nullable Destination destination;

  private Ledger(
      DropCounter drops, @Nullable Explanation explanation, @Nullable Destination destination) {
    this.drops = drops;
    this.explanation = explanation;
    this.destination = destination;
  }

  /** Returns a ledger that counts only. */
  static Ledger of(DropCounter drops) {
    return new Ledger(drops, null, null);
  }

  /** Returns a ledger for one passage: in, or out to {@code destination}. */
  Ledger explaining(Explanation explanation, @Nullable Destination destination) {
    return new Ledger(drops, explanation, destination);
  }

  boolean explains() {
    return explanation != null;
  }

  void passed(String name, Outcome outcome) {
    if (explanation != null) {
      explanation.add(name, outcome, destination);
      drops.explain(outcome);
    }
  }

  /** Counts what is explained one by one elsewhere. */
  void count(int many, Outcome outcome) {
    drops.count(outcome, many);
  }

  void dropped(String name, Outcome outcome) {
    drops.count(outcome);
    passed(name, outcome);
  }

  void dropped(Members members, int i, Outcome outcome) {
    drops.count(outcome);
    if (explanation != null) {
      passed(members.name(i), outcome);
    }
  }

  /** Counts members whose names are not known: they were not read. */
  void dropped(int members, Outcome outcome) {
    drops.count(outcome, members);
    if (members > 0) {
      passed(members + " members", outcome);
    }
  }
}
