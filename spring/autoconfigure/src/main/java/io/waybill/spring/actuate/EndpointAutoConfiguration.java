package io.waybill.spring.actuate;

import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.spring.WaybillProperties;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The actuator's endpoint {@code waybill}. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnWaybill
public final class EndpointAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnAvailableEndpoint
  WaybillEndpoint waybillEndpoint(Waybill waybill, WaybillProperties properties) {
    return new WaybillEndpoint(waybill, properties.peerTexts());
  }
}
