package io.waybill.sdk.policy;

/** How far a peer or a destination is trusted, from most to least. */
public enum TrustZone {
  /** Our own services: they may assert identity, and get what is declared. */
  OWN,
  /** Somebody we have a contract with: gets the fields that are named for it, and no others. */
  PARTNER,
  /** Everybody else, and whoever no rule names. */
  PUBLIC;

  /** Returns whether this zone is trusted at least as far as {@code other}. */
  public boolean isWithin(TrustZone other) {
    return compareTo(other) <= 0;
  }
}
