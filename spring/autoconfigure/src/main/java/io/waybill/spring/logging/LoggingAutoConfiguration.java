package io.waybill.spring.logging;

import io.waybill.log4j2.WaybillThreadContext;
import io.waybill.sdk.Waybill;
import io.waybill.slf4j.WaybillMdc;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.spring.WaybillProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Fields of requests in log lines, from before the first request until the application is closed.
 * Nothing here is lazy, whatever {@code spring.main.lazy-initialization} says: nobody asks for it.
 */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnWaybill
public final class LoggingAutoConfiguration {

  @Bean
  @Lazy(false)
  @ConditionalOnMissingBean
  LoggedFields waybillLoggedFields(Waybill waybill, WaybillProperties properties) {
    return LoggedFields.of(waybill, properties);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WaybillMdc.class)
  @Conditional(OnSlf4j.Logback.class)
  static class OfLogback {

    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean(name = "waybillMdc")
    Installed waybillMdc(LoggedFields fields) {
      return Installed.by(() -> WaybillMdc.install(fields.shown()));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WaybillThreadContext.class)
  @Conditional(OnSlf4j.Log4j2.class)
  static class OfLog4j2 {

    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean(name = "waybillThreadContext")
    Installed waybillThreadContext(LoggedFields fields) {
      return Installed.by(() -> WaybillThreadContext.install(fields.shown()));
    }
  }
}
