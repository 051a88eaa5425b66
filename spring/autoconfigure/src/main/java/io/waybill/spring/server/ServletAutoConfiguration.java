package io.waybill.spring.server;

import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.ObservedSpans;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.spring.WaybillProperties;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingFilterBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/** The filter in front of servlets, for all that is dispatched. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Filter.class, FilterRegistrationBean.class, WaybillFilter.class})
@ConditionalOnWaybill
public final class ServletAutoConfiguration {
  // Boot's own.
  private static final String OBSERVER = "webMvcObservationFilter";

  @Bean
  @ConditionalOnMissingFilterBean(WaybillFilter.class)
  FilterRegistrationBean<WaybillFilter> waybillFilter(
      Waybill waybill, ListableBeanFactory beans, WaybillProperties properties) {
    FilterRegistrationBean<WaybillFilter> filter =
        new FilterRegistrationBean<>(WaybillFilter.of(ObservedSpans.of(waybill, beans, OBSERVER)));
    filter.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
    filter.setOrder(properties.servlet().filter().order());
    return filter;
  }
}
