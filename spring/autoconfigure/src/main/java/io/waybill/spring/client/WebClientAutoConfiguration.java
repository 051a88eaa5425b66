package io.waybill.spring.client;

import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;

/** WebClient and {@code @HttpExchange} over it carry the request. */
@AutoConfiguration(
    after = WaybillAutoConfiguration.class,
    beforeName = "org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration")
@ConditionalOnClass({
  WebClientCustomizer.class,
  ClientHttpConnectorBuilder.class,
  WaybillWebFlux.class
})
@ConditionalOnWaybill
public final class WebClientAutoConfiguration {
  // Boot's own, whose type may not be there.
  private static final String OBSERVER = "observationWebClientCustomizer";

  @Bean
  @ConditionalOnMissingBean(name = "waybillConnectorBuilders")
  static BeanPostProcessor waybillConnectorBuilders() {
    return new Builders();
  }

  /** Behind the filters of all other customizers: what they add is seen once for each call. */
  @Bean
  @ConditionalOnMissingBean(name = "waybillWebClientCustomizer")
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebClientCustomizer waybillWebClientCustomizer(ListableBeanFactory beans) {
    ClientWaybill waybill = new ClientWaybill(beans, OBSERVER);
    SingletonSupplier<ExchangeFilterFunction> carrying =
        SingletonSupplier.of(() -> WaybillWebFlux.clientFilter(waybill.get()));
    ExchangeFilterFunction carries = (request, next) -> carrying.obtain().filter(request, next);
    return builder ->
        builder.filters(filters -> filters.addAll(List.of(new RedirectFilter(), carries)));
  }

  private static final class Builders implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      return bean instanceof ClientHttpConnectorBuilder<?> builder
          ? CarryingConnectorBuilder.of(builder)
          : bean;
    }
  }
}
