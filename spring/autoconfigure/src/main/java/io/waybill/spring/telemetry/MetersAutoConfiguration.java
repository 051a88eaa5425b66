package io.waybill.spring.telemetry;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Waybill's counters as meters of Micrometer, {@code waybill.dropped} and the others: Boot's
 * OpenTelemetry may have no reader for its metrics.
 */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnClass({MeterBinder.class, WaybillMicrometer.class})
@ConditionalOnWaybill
public final class MetersAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "waybillMeters")
  MeterBinder waybillMeters(Waybill waybill) {
    return WaybillMicrometer.meters(waybill);
  }
}
