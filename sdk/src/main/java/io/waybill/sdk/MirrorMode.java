package io.waybill.sdk;

/**
 * Whether identity is copied into OpenTelemetry's Baggage, where plain code can read it. Attributes
 * lie there in any case, but where a plain baggage propagator could send them on.
 */
public enum MirrorMode {
  /** Only where no plain baggage propagator could send it on; else one warning says so. */
  AUTO,
  /** Always, attributes too, also where a plain propagator sends them to any destination. */
  ALWAYS,
  /** Never, and no warning. */
  NEVER
}
