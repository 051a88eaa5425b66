package io.waybill.spring.logging;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.waybill.opentelemetry.logs.WaybillLogRecordProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Fields on the log records of Boot's OpenTelemetry, or of its own starter's: either is made before
 * the Waybill.
 */
@AutoConfiguration(
    beforeName = {
      "org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration",
      LogRecordsAutoConfiguration.STARTER
    })
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnClass({LogRecordProcessor.class, WaybillLogRecordProcessor.class})
public final class LogRecordsAutoConfiguration {
  static final String STARTER =
      "io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration";

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

  /** Its SDK takes processors of customizers, and no beans. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(value = AutoConfigurationCustomizerProvider.class, name = STARTER)
  static class OfOpenTelemetrysStarter {

    @Bean
    @ConditionalOnMissingBean(name = "waybillOpenTelemetryLogs")
    AutoConfigurationCustomizerProvider waybillOpenTelemetryLogs(
        ObjectProvider<LogRecords> records) {
      return customizer ->
          customizer.addLoggerProviderCustomizer(
              (loggers, properties) -> {
                records.ifAvailable(loggers::addLogRecordProcessorFirst);
                return loggers;
              });
    }
  }
}
