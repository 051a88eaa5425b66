package io.waybill.sdk.internal.policy;

import io.waybill.sdk.policy.Destination;
import java.util.concurrent.atomic.AtomicBoolean;

/** What set-up says of the destinations that a pattern names. */
final class Rule {
  final DestinationPattern pattern;
  final Route route;
  // Of a near miss, which is told once.
  final AtomicBoolean isTold = new AtomicBoolean();
  private volatile boolean hasMatched;

  Rule(DestinationPattern pattern, Route route) {
    this.pattern = pattern;
    this.route = route;
  }

  boolean matches(Destination destination) {
    boolean matches = pattern.matches(destination);
    if (matches && !hasMatched) {
      hasMatched = true;
    }
    return matches;
  }

  boolean hasMatched() {
    return hasMatched;
  }
}
