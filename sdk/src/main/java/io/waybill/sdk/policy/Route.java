package io.waybill.sdk.policy;

import io.waybill.BaggageField;
import java.util.Set;

/** What is released to one destination: everything declared, some fields by name, or nothing. */
public final class Route {
  static final Route PUBLIC = new Route(TrustZone.PUBLIC, Set.of());

  private final TrustZone zone;
  private final Set<BaggageField<?>> named;

  Route(TrustZone zone, Set<BaggageField<?>> named) {
    this.zone = zone;
    this.named = Set.copyOf(named);
  }

  /** Returns the zone of the destination. */
  public TrustZone zone() {
    return zone;
  }

  /** Returns whether {@code field} is released here. */
  public boolean releases(BaggageField<?> field) {
    return zone == TrustZone.OWN || named.contains(field);
  }

  /** Returns whether members that nobody declared are released here. */
  public boolean releasesForeign() {
    return zone == TrustZone.OWN;
  }

  /** Returns whether anything at all is released here. */
  public boolean releasesAny() {
    return zone == TrustZone.OWN || !named.isEmpty();
  }
}
