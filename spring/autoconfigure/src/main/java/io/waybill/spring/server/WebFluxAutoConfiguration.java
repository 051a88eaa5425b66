package io.waybill.spring.server;

import io.opentelemetry.context.Context;
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
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.WebFilter;

/** The filter of WebFlux, which stands inside the exchange's observation. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({WebFilter.class, WaybillWebFlux.class, WebHttpHandlerBuilderCustomizer.class})
@ConditionalOnWaybill
public final class WebFluxAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "waybillWebFilter")
  WebFilter waybillWebFilter(Waybill waybill, ListableBeanFactory beans) {
    return WaybillWebFlux.serverFilter(ObservedSpans.of(waybill, beans));
  }

  /** Where Micrometer traces, its observation is what a request is in. */
  @Bean
  @ConditionalOnMissingBean(name = "waybillHandlerContext")
  WebHttpHandlerBuilderCustomizer waybillHandlerContext(ListableBeanFactory beans) {
    return builder -> {
      if (!ObservedSpans.areThere(beans)) {
        builder.httpHandlerDecorator(WebFluxAutoConfiguration::handingOn);
      }
    };
  }

  /**
   * Hands on what is current where the server calls, as the Java agent's span, which is the
   * request's. Reactor's automatic propagation would hide it from the filter.
   */
  private static HttpHandler handingOn(HttpHandler handler) {
    return (request, response) -> {
      Context around = Context.current();
      return around == Context.root()
          ? handler.handle(request, response)
          : handler
              .handle(request, response)
              .contextWrite(view -> view.put(WaybillWebFlux.CONTEXT_KEY, around));
    };
  }
}
