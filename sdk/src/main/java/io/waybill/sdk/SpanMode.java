package io.waybill.sdk;

/** Whether Waybill's interceptors start CLIENT and SERVER spans. */
public enum SpanMode {
  /**
   * They start a span unless another instrumentation has started one for the same call: the Java
   * agent, or whoever is outside of the interceptor. Beside one that is inside of it there are two
   * nested spans; say NEVER there, by {@link Waybill#withSpans}.
   */
  AUTO,
  /** They always start one. */
  ALWAYS,
  /** They start none, and only propagate, and enrich the span that is current on a server. */
  NEVER;

  /**
   * Returns whether a span is started.
   *
   * @param spanned whether another instrumentation has one for the same call
   */
  boolean starts(boolean spanned) {
    return this == ALWAYS || (this == AUTO && !spanned);
  }
}
