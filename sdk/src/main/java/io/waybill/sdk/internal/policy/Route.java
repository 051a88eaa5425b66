package io.waybill.sdk.internal.policy;

import io.waybill.BaggageField;
import io.waybill.sdk.policy.TrustZone;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is released to one destination: everything declared, some fields by name, or nothing; and
 * whether it learns of the trace. It counts the calls that took it.
 */
public final class Route {
  private final TrustZone zone;
  private final Set<BaggageField<?>> named;
  private final boolean traced;
  private final LongAdder released = new LongAdder();
  private final LongAdder withheld = new LongAdder();

  Route(TrustZone zone, Set<BaggageField<?>> named) {
    this(zone, named, true);
  }

  private Route(TrustZone zone, Set<BaggageField<?>> named, boolean traced) {
    this.zone = zone;
    this.named = Set.copyOf(named);
    this.traced = traced;
  }

  /** Returns one to nobody that set-up knows: it learns of the trace, and of nothing else. */
  static Route unnamed() {
    return new Route(TrustZone.PUBLIC, Set.of());
  }

  /** Returns one that releases nothing, and no trace either. */
  static Route untraced() {
    return new Route(TrustZone.PUBLIC, Set.of(), false);
  }

  /** Returns the zone of the destination. */
  public TrustZone zone() {
    return zone;
  }

  /** Returns whether the trace goes on here. */
  public boolean traced() {
    return traced;
  }

  /** Returns the fields that a partner gets. */
  Set<BaggageField<?>> named() {
    return named;
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

  /** Counts a call, by whether it got any field, and whether any was held back from it. */
  public void count(boolean gotAny, boolean missedAny) {
    if (gotAny) {
      released.increment();
    }
    if (missedAny) {
      withheld.increment();
    }
  }

  /** Returns how many calls got a field. */
  long released() {
    return released.sum();
  }

  /** Returns from how many calls a field was held back. */
  long withheld() {
    return withheld.sum();
  }
}
