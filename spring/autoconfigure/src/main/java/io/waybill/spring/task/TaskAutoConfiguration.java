package io.waybill.spring.task;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.OpensRequest;
import io.waybill.spring.WaybillAutoConfiguration;
import org.springframework.aop.Advisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.task.TaskDecorator;

/** Requests on the threads of Boot's executors, and those of {@link OpensRequest}. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnWaybill
public final class TaskAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "waybillTaskDecorator")
  TaskDecorator waybillTaskDecorator() {
    return new RequestTaskDecorator();
  }

  /** A processor of beans is made before them all, and so asks for its own late. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  @ConditionalOnClass(Advisor.class)
  @ConditionalOnMissingBean
  static OpensRequestPostProcessor waybillOpensRequest(
      ObjectProvider<Waybill> waybill, ObjectProvider<OpenTelemetry> openTelemetry) {
    return new OpensRequestPostProcessor(
        new RequestOpener(
            waybill::getObject,
            () -> openTelemetry.getIfAvailable(GlobalOpenTelemetry::getOrNoop)));
  }
}
