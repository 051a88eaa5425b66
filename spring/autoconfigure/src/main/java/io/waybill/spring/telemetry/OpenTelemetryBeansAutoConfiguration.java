package io.waybill.spring.telemetry;

import io.opentelemetry.sdk.trace.SpanProcessor;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.WaybillPropagator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * What Boot makes its OpenTelemetry of: the propagator in the place of plain baggage, and the
 * processor that shows fields on spans. They are made before the Waybill, which needs that
 * OpenTelemetry, and so have nothing of it.
 */
@AutoConfiguration(
    beforeName =
        "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration")
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnClass(
    value = {SpanProcessor.class, WaybillSpanProcessor.class},
    name =
        "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration")
public final class OpenTelemetryBeansAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  WaybillPropagator waybillPropagator() {
    return WaybillPropagator.create();
  }

  @Bean
  @ConditionalOnMissingBean
  @Order(Ordered.HIGHEST_PRECEDENCE) // in front of the one that exports
  WaybillSpanProcessor waybillSpanProcessor() {
    return WaybillSpanProcessor.create();
  }
}
