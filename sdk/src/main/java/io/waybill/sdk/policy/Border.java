package io.waybill.sdk.policy;

import java.util.Locale;

/** Which way something passed, or did not. */
public enum Border {
  /** From a peer into a request. */
  IN,
  /** From a request, or from code outside of any, to a destination. */
  OUT;

  /** Returns the name in telemetry: {@code in}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
