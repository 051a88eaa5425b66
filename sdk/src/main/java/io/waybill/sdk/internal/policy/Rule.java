package io.waybill.sdk.internal.policy;

import io.waybill.BaggageField;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.DestinationReport;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What set-up says of the destinations that a pattern names. */
final class Rule {
  final DestinationPattern pattern;
  final Route route;
  // Of a near miss: the first one, which is told.
  private final AtomicReference<@Nullable String> missed = new AtomicReference<>();
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

  /** Returns whether this is the first near miss of the rule. */
  boolean isMissedFirst(Destination destination, String why) {
    return missed.get() == null && missed.compareAndSet(null, destination + ": " + why);
  }

  DestinationReport report() {
    return report(pattern.toString(), route, missed.get());
  }

  static DestinationReport report(String pattern, Route route, @Nullable String missed) {
    return new DestinationReport(
        pattern,
        route.zone(),
        route.traced(),
        route.named().stream().map(BaggageField::name).collect(Collectors.toUnmodifiableSet()),
        route.released(),
        route.withheld(),
        missed);
  }
}
