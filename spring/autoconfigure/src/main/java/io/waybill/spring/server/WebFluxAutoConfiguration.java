package io.waybill.spring.server;

import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.ObservedSpans;
import io.waybill.spring.WaybillAutoConfiguration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.server.WebFilter;

/** The filter of WebFlux, which stands inside the exchange's observation. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({WebFilter.class, WaybillWebFlux.class})
@ConditionalOnWaybill
public final class WebFluxAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "waybillWebFilter")
  WebFilter waybillWebFilter(Waybill waybill, ListableBeanFactory beans) {
    return WaybillWebFlux.serverFilter(ObservedSpans.of(waybill, beans));
  }
}
