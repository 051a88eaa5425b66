package io.waybill.sdk;

import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.telemetry.Border;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.Members;
import org.jspecify.annotations.Nullable;

/** Where each decision of a border is counted, and explained where that is asked for. */
final class Ledger {
  private final DropCounter drops;
  private final Border border;
  private final @Nullable Explanation explanation;
  private final @Nullable Destination destination;

  private Ledger(
      DropCounter drops,
      Border border,
      @Nullable Explanation explanation,
      @Nullable Destination destination) {
    this.drops = drops;
    this.border = border;
    this.explanation = explanation;
    this.destination = destination;
  }

  /** Returns a ledger that counts only. */
  static Ledger of(DropCounter drops, Border border) {
    return new Ledger(drops, border, null, null);
  }

  /** Returns a ledger for one passage: in, or out to {@code destination}. */
  Ledger explaining(Explanation explanation, @Nullable Destination destination) {
    return new Ledger(drops, border, explanation, destination);
  }

  boolean explains() {
    return explanation != null;
  }

  void passed(String name, Outcome outcome) {
    if (explanation != null) {
      explanation.add(border, name, outcome, destination);
      drops.explain(border, outcome);
    }
  }

  /** Counts what is explained one by one elsewhere. */
  void count(int many, Outcome outcome) {
    drops.count(border, outcome, many);
  }

  void dropped(String name, Outcome outcome) {
    drops.count(border, outcome, 1);
    passed(name, outcome);
  }

  void dropped(Members members, int i, Outcome outcome) {
    drops.count(border, outcome, 1);
    if (explanation != null) {
      passed(members.name(i), outcome);
    }
  }

  /** Counts members whose names are not known: they were not read. */
  void dropped(int members, Outcome outcome) {
    drops.count(border, outcome, members);
    if (members > 0) {
      passed(members + " members", outcome);
    }
  }
}
