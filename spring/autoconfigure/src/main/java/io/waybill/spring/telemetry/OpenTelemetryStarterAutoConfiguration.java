package io.waybill.spring.telemetry;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * OpenTelemetry's own starter, whose SDK is made by customizers: without its {@code baggage}
 * propagator, which sends to anybody, and with our processor in front of the one that exports.
 */
@AutoConfiguration(
    beforeName =
        "io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration")
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnClass(
    value = {AutoConfigurationCustomizerProvider.class, WaybillSpanProcessor.class},
    name = "io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration")
public final class OpenTelemetryStarterAutoConfiguration {
  private static final String PROPAGATORS = "otel.propagators";

  @Bean
  @ConditionalOnMissingBean(name = "waybillOpenTelemetry")
  AutoConfigurationCustomizerProvider waybillOpenTelemetry() {
    return customizer ->
        customizer
            .addPropertiesCustomizer(properties -> withoutBaggage(properties.getList(PROPAGATORS)))
            .addTracerProviderCustomizer(
                (tracers, properties) ->
                    tracers.addSpanProcessorFirst(WaybillSpanProcessor.create()));
  }

  /** Where nothing is left, or was said, the default would be both. */
  private static Map<String, String> withoutBaggage(List<String> propagators) {
    if (propagators.isEmpty()) {
      return Map.of(PROPAGATORS, "tracecontext");
    }
    List<String> others = propagators.stream().filter(name -> !name.equals("baggage")).toList();
    return Map.of(PROPAGATORS, others.isEmpty() ? "none" : String.join(",", others));
  }
}
