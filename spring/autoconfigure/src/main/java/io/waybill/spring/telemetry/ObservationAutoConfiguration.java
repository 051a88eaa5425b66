package io.waybill.spring.telemetry;

import io.micrometer.observation.ObservationRegistry;
import io.waybill.RequestScope;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.sdk.IncomingRequest;
import io.waybill.sdk.Waybill;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.spring.WaybillBuilderCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationRegistryCustomizer;
import org.springframework.context.annotation.Bean;

/** Fields on Micrometer's observations, the server's own included, which is around the request. */
@AutoConfiguration(before = WaybillAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "waybill.enabled", matchIfMissing = true)
@ConditionalOnClass({
  ObservationRegistry.class,
  ObservationRegistryCustomizer.class,
  WaybillMicrometer.class
})
public final class ObservationAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "waybillFields")
  ObservationRegistryCustomizer<ObservationRegistry> waybillFields(
      ObjectProvider<Waybill> waybill) {
    return registry -> waybill.ifAvailable(ready -> WaybillMicrometer.observe(registry, ready));
  }

  /** Asks for the registry when a request is there: to be made, it asks for the Waybill. */
  @Bean
  @ConditionalOnMissingBean(name = "waybillServerObservation")
  WaybillBuilderCustomizer waybillServerObservation(ObjectProvider<ObservationRegistry> registry) {
    return builder -> builder.onRequest((incoming, scope) -> remember(registry, incoming, scope));
  }

  private static void remember(
      ObjectProvider<ObservationRegistry> registry, IncomingRequest incoming, RequestScope scope) {
    registry.ifAvailable(
        ready -> WaybillMicrometer.serverObservation(ready).accept(incoming, scope));
  }
}
