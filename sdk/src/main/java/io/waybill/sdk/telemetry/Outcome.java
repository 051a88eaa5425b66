package io.waybill.sdk.telemetry;

import java.util.Locale;

/** Why something did not pass a border, or was not used. */
public enum Outcome {
  /** In: the peer may not assert it. */
  UNTRUSTED,
  /** In: not a list-member by the grammar. */
  INVALID,
  /** In: beyond the limits of members or bytes. */
  OVER_LIMIT,
  /** The codec of its field refuses the text. */
  REFUSED,
  /** Out: not released to this destination. */
  WITHHELD,
  /** Out: no room for it in the header. */
  OVER_BUDGET,
  /** Plain OpenTelemetry code put something under the name of an identity field. */
  SHADOWED,
  /** A hook of the user threw. */
  HOOK_FAILED,
  /** Out: a call was made after the end of its request. */
  AFTER_END;

  /** Returns the name in telemetry: {@code over_limit}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
