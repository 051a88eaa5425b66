package io.waybill.http.servlet;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.Filter;

/** Loaded by a class loader of its own, in {@link TwoWaybillsTest}. */
public final class SecondCopy {
  private SecondCopy() {}

  /** Returns the filter of another web application. */
  public static Filter filter() {
    return WaybillFilter.of(
        Waybill.builder(OpenTelemetry.noop()).peers(peer -> TrustZone.PUBLIC).build());
  }
}
