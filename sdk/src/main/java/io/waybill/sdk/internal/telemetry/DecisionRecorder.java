package io.waybill.sdk.internal.telemetry;

import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.Border;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
import org.jspecify.annotations.Nullable;

/** Where each decision of a border is counted, and explained where that is asked for. */
public final class DecisionRecorder {
  private final DropCounter drops;
  private final Border border;
  private final @Nullable DecisionLog log;
  private final @Nullable Destination destination;

  private DecisionRecorder(
      DropCounter drops,
      Border border,
      @Nullable DecisionLog log,
      @Nullable Destination destination) {
    this.drops = drops;
    this.border = border;
    this.log = log;
    this.destination = destination;
  }

  /** Returns a recorder that counts only. */
  public static DecisionRecorder of(DropCounter drops, Border border) {
    return new DecisionRecorder(drops, border, null, null);
  }

  /**
   * Returns a recorder for one passage, in or out to {@code destination}; this one if nobody asks.
   *
   * @param log where the request's decisions are explained; null if they are not
   */
  public DecisionRecorder explainingIn(
      @Nullable DecisionLog log, @Nullable Destination destination) {
    return log == null ? this : new DecisionRecorder(drops, border, log, destination);
  }

  /** Returns whether each decision is explained, by name. */
  public boolean explains() {
    return log != null;
  }

  /** Explains what became of {@code name}, and does not count it. */
  public void explain(String name, Outcome outcome) {
    if (log != null) {
      log.add(border, name, outcome, destination);
      drops.explain(border, outcome);
    }
  }

  /** Counts drops, which are explained one by one elsewhere. */
  public void count(int many, Outcome outcome) {
    drops.count(border, outcome, many);
  }

  /** Counts and explains one that was dropped. */
  public void drop(String name, Outcome outcome) {
    drops.count(border, outcome, 1);
    explain(name, outcome);
  }

  /** Counts and explains a member that was dropped; reads its name only where that is shown. */
  public void drop(Members members, int i, Outcome outcome) {
    drops.count(border, outcome, 1);
    if (log != null) {
      explain(members.name(i), outcome);
    }
  }

  /** Counts and explains members whose names are not known: they were not read. */
  public void drop(int members, Outcome outcome) {
    drops.count(border, outcome, members);
    if (members > 0) {
      explain(members + " members", outcome);
    }
  }
}
