package io.waybill.opentelemetry.autoconfigure;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.waybill.sdk.WaybillPropagator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The propagator, with what is configured. */
final class Configured {
  /** What all parts are called. */
  static final String NAME = "waybill";

  private Configured() {}

  /** Returns it; what is wrong in {@code properties} ends the start of OpenTelemetry. */
  static WaybillPropagator propagator(Function<String, @Nullable String> properties) {
    try {
      return WaybillPropagator.configured(properties);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(wrong.getMessage(), wrong);
    }
  }
}
