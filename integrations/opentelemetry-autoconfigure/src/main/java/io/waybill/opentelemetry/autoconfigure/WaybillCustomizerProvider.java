package io.waybill.opentelemetry.autoconfigure;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.logs.SdkLoggerProviderBuilder;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.waybill.opentelemetry.logs.WaybillLogRecordProcessor;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.ScopeFields;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;

/**
 * Where {@code otel.propagators} has {@code waybill}, installs its processors of spans and log
 * records, and takes {@code baggage} out, which would send to anybody what Waybill guards.
 */
public final class WaybillCustomizerProvider implements AutoConfigurationCustomizerProvider {
  private static final Logger LOGGER = Logger.getLogger("io.waybill");
  private static final String PROPAGATORS = "otel.propagators";
  private static final String BAGGAGE = "baggage";

  /** For {@link java.util.ServiceLoader}. */
  public WaybillCustomizerProvider() {}

  @Override
  public void customize(AutoConfigurationCustomizer customizer) {
    customizer
        .addPropertiesCustomizer(WaybillCustomizerProvider::withoutBaggage)
        .addTracerProviderCustomizer(WaybillCustomizerProvider::showOnSpans)
        .addLoggerProviderCustomizer(WaybillCustomizerProvider::showOnLogRecords);
  }

  /** Behind all others, which may name propagators themselves. */
  @Override
  public int order() {
    return Integer.MAX_VALUE;
  }

  private static Map<String, String> withoutBaggage(ConfigProperties properties) {
    List<String> propagators = properties.getList(PROPAGATORS);
    if (!propagators.contains(Configured.NAME) || !propagators.contains(BAGGAGE)) {
      return Map.of();
    }
    LOGGER.warning(
        "otel.propagators: baggage is left out, since waybill takes its place: it would send to"
            + " anybody what waybill sends to those who are named. Remove it there to silence this.");
    return Map.of(
        PROPAGATORS,
        String.join(",", propagators.stream().filter(p -> !p.equals(BAGGAGE)).toList()));
  }

  private static SdkTracerProviderBuilder showOnSpans(
      SdkTracerProviderBuilder builder, ConfigProperties properties) {
    return isNamed(properties)
        ? builder.addSpanProcessorFirst(WaybillSpanProcessor.create())
        : builder;
  }

  private static SdkLoggerProviderBuilder showOnLogRecords(
      SdkLoggerProviderBuilder builder, ConfigProperties properties) {
    return isNamed(properties)
        ? builder.addLogRecordProcessorFirst(
            WaybillLogRecordProcessor.create(ScopeFields.declared()))
        : builder;
  }

  private static boolean isNamed(ConfigProperties properties) {
    return properties.getList(PROPAGATORS).contains(Configured.NAME);
  }
}
