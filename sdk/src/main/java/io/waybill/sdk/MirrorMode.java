package io.waybill.sdk;

/** Whether identity is copied into OpenTelemetry's Baggage, where plain code can read it. */
public enum MirrorMode {
  /** Only where no plain baggage propagator could send it on; else one warning says so. */
  AUTO,
  /** Always, also where a plain propagator sends it to any destination. */
  ALWAYS,
  /** Never. */
  NEVER
}
