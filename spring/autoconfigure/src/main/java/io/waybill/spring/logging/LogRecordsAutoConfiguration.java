package io.waybill.spring.logging;

import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.waybill.opentelemetry.logs.WaybillLogRecordProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Fields on the log records of Boot's OpenTelemetry, which is made before the Waybill. */
@AutoConfiguration(
    beforeName =
        "org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration")
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnClass(
    value = {LogRecordProcessor.class, WaybillLogRecordProcessor.class},
    name =
        "org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration")
public final class LogRecordsAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(WaybillLogRecordProcessor.class)
  @Order(Ordered.HIGHEST_PRECEDENCE) // in front of the one that exports
  LogRecords waybillLogRecords() {
    return new LogRecords();
  }

  @Bean
  @ConditionalOnMissingBean(name = "waybillLogRecordFields")
  SmartInitializingSingleton waybillLogRecordFields(
      ObjectProvider<LogRecords> records, ObjectProvider<LoggedFields> fields) {
    return () -> fields.ifAvailable(shown -> records.ifAvailable(all -> all.show(shown)));
  }
}
