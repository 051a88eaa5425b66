package io.waybill.sdk;

/** Whether Waybill's interceptors start CLIENT and SERVER spans. */
public enum SpanMode {
  /** They start a span unless another instrumentation has started one for the same call. */
  AUTO,
  /** They always start one. */
  ALWAYS,
  /** They start none, and only propagate, and enrich the span that is current on a server. */
  NEVER
}
