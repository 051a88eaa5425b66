package io.waybill;

/** Where a value of a request came from. */
public enum Provenance {
  /** From code in this process, which identified the request or set the value. */
  HERE,
  /** From a peer that set-up trusts. */
  TRUSTED,
  /** From a peer that set-up does not trust; the field's rule admits it all the same. */
  UNTRUSTED
}
