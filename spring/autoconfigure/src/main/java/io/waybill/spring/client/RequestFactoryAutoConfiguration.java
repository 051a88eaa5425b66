package io.waybill.spring.client;

import io.waybill.http.HttpClientCall;
import io.waybill.http.apache.WaybillApacheHttp;
import io.waybill.sdk.Waybill;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ResourceLoader;

/**
 * RestClient, RestTemplate and {@code @HttpExchange} over them carry the request: through every
 * request factory that the application's {@link ClientHttpRequestFactoryBuilder} builds.
 */
@AutoConfiguration(
    after = WaybillAutoConfiguration.class,
    afterName =
        "org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration",
    beforeName = "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration")
@ConditionalOnClass({
  ClientHttpRequestFactoryBuilder.class,
  HttpClientCall.class,
  WaybillApacheHttp.class
})
@ConditionalOnWaybill
public final class RequestFactoryAutoConfiguration {
  // Boot's own, whose type may not be there; a RestTemplate that is observed is seen to be.
  private static final String OBSERVER = "observationRestClientCustomizer";

  @Bean
  @ConditionalOnMissingBean(name = "waybillRequestFactoryBuilders")
  static BeanPostProcessor waybillRequestFactoryBuilders(ListableBeanFactory beans) {
    return new Builders(new ClientWaybill(beans, OBSERVER));
  }

  /** In a reactive application Boot has no such bean, and builds by one that nobody sees. */
  @Bean
  @ConditionalOnMissingBean
  ClientHttpRequestFactoryBuilder<?> clientHttpRequestFactoryBuilder(ResourceLoader loader) {
    return ClientHttpRequestFactoryBuilder.detect(loader.getClassLoader());
  }

  private record Builders(Supplier<Waybill> waybill) implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      return bean instanceof ClientHttpRequestFactoryBuilder<?> builder
          ? CarryingFactoryBuilder.of(builder, waybill)
          : bean;
    }
  }
}
