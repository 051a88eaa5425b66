package io.waybill.sdk.internal.policy;

import io.waybill.BaggageField;
import io.waybill.sdk.policy.TrustZone;
import java.util.Set;

/**
 * What is released to one destination: everything declared, some fields by name, or nothing; and
 * whether it learns of the trace.
 */
public final class Route {
  static final Route PUBLIC = new Route(TrustZone.PUBLIC, Set.of());

  /** As {@link #PUBLIC}, and no trace either. */
  static final Route UNTRACED = new Route(TrustZone.PUBLIC, Set.of(), false);

  private final TrustZone zone;
  private final Set<BaggageField<?>> named;
  private final boolean traced;

  Route(TrustZone zone, Set<BaggageField<?>> named) {
    this(zone, named, true);
  }

  private Route(TrustZone zone, Set<BaggageField<?>> named, boolean traced) {
    this.zone = zone;
    this.named = Set.copyOf(named);
    this.traced = traced;
  }

  /** Returns the zone of the destination. */
  public TrustZone zone() {
    return zone;
  }

  /** Returns whether the trace goes on here. */
  public boolean traced() {
    return traced;
  }

  /** Returns whether any field is released here. */
  boolean releasesAny() {
    return zone == TrustZone.OWN || !named.isEmpty();
  }

  /** Returns whether {@code field} is released here. */
  public boolean releases(BaggageField<?> field) {
    return zone == TrustZone.OWN || named.contains(field);
  }

  /** Returns whether what nobody declared is released here: members, and properties of members. */
  public boolean releasesForeign() {
    return zone == TrustZone.OWN;
  }
}
