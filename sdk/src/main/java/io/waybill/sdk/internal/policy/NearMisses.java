package io.waybill.sdk.internal.policy;

import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Rules that were meant for a call which got nothing: one that has matched no call while this one
 * came close, or that names no field. Each is told once, and 16 in all.
 */
public final class NearMisses {
  private static final int MOST = 16;

  private final List<Rule> rules;
  private final AtomicInteger told = new AtomicInteger();

  NearMisses(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * A rule that was meant for a call.
   *
   * @param rule the pattern
   * @param why it released nothing, and what to do
   */
  public record NearMiss(String rule, String why) {}

  /** Returns a rule that was meant for a call to {@code destination}; null if none, or all told. */
  public @Nullable NearMiss find(Destination destination, Route route) {
    if (told.get() >= MOST) {
      return null;
    }
    for (Rule rule : rules) {
      String why = why(rule, destination, route);
      if (why != null && rule.isMissedFirst(destination, why)) {
        boolean isAmongFirst = told.incrementAndGet() <= MOST;
        return isAmongFirst ? new NearMiss(rule.pattern.toString(), why) : null;
      }
    }
    return null;
  }

  private static @Nullable String why(Rule rule, Destination destination, Route route) {
    if (rule.route == route) {
      return route.zone() == TrustZone.PARTNER && !route.releasesAny()
          ? "a PARTNER gets the fields that its rule names, and this one names none"
          : null;
    }
    return rule.hasMatched() ? null : rule.pattern.missed(destination);
  }
}
