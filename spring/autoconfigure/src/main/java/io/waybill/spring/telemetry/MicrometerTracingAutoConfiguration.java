package io.waybill.spring.telemetry;

import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.otel.bridge.OtelTracer.EventPublisher;
import io.opentelemetry.api.trace.Tracer;
import io.waybill.micrometer.WaybillMicrometer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.tracing.autoconfigure.TracingProperties;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The two beans of Micrometer Tracing that open its scopes and start its spans, in the place of
 * Boot's: with its own, a scope hides the request, or shows another user's.
 */
@AutoConfiguration(before = OpenTelemetryTracingAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnClass({
  OtelTracer.class,
  WaybillMicrometer.class,
  OpenTelemetryTracingAutoConfiguration.class
})
@EnableConfigurationProperties(TracingProperties.class)
public final class MicrometerTracingAutoConfiguration {
  private static final Logger LOGGER =
      LoggerFactory.getLogger(MicrometerTracingAutoConfiguration.class);

  MicrometerTracingAutoConfiguration(TracingProperties properties) {
    if (properties.getBaggage().isEnabled()) {
      LOGGER.warn(
          "management.tracing.baggage.enabled is true: Boot sends the remote fields and all baggage"
              + " to every host that is called, named in waybill.destinations or not; so nothing of a"
              + " request is put into OpenTelemetry's Baggage (expected: false, as it is without"
              + " the property)");
    }
  }

  @Bean
  @ConditionalOnMissingBean
  OtelCurrentTraceContext otelCurrentTraceContext() {
    return WaybillMicrometer.currentTraceContext();
  }

  @Bean
  @ConditionalOnMissingBean(io.micrometer.tracing.Tracer.class)
  OtelTracer micrometerOtelTracer(
      Tracer tracer,
      OtelCurrentTraceContext current,
      EventPublisher events,
      TracingProperties properties) {
    List<String> remote = properties.getBaggage().getRemoteFields();
    List<String> tags = properties.getBaggage().getTagFields();
    return WaybillMicrometer.tracer(
        tracer, current, events, new OtelBaggageManager(current, remote, tags));
  }
}
