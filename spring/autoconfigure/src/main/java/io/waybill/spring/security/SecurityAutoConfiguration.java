package io.waybill.spring.security;

import io.grpc.ServerInterceptor;
import io.waybill.http.webflux.WaybillWebFlux;
import io.waybill.spring.ConditionalOnWaybill;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.spring.WaybillIdentity;
import jakarta.servlet.Filter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.security.GrpcSecurity;
import org.springframework.security.authentication.event.AbstractAuthenticationEvent;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.context.ServerSecurityContextRepository;
import org.springframework.security.web.server.context.WebSessionServerSecurityContextRepository;

/** Tells requests who they are from, by the application's {@link WaybillIdentity}. */
@AutoConfiguration(after = WaybillAutoConfiguration.class)
@ConditionalOnWaybill
@ConditionalOnClass(Authentication.class)
@ConditionalOnBean(WaybillIdentity.class)
public final class SecurityAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  Identification waybillIdentification(WaybillIdentity identity) {
    return new Identification(identity);
  }

  @Bean
  @ConditionalOnMissingBean(name = "waybillIdentityListener")
  ApplicationListener<AbstractAuthenticationEvent> waybillIdentityListener(
      Identification identification) {
    return new IdentityListener(identification);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass({HttpSecurity.class, Filter.class})
  static class OfServlets {

    @Bean
    @ConditionalOnMissingBean(name = "waybillHttpSecurity")
    Customizer<HttpSecurity> waybillHttpSecurity(Identification identification) {
      return http -> http.with(new IdentityConfigurer(identification), Customizer.withDefaults());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass({ServerHttpSecurity.class, WaybillWebFlux.class})
  static class OfWebFlux {

    @Bean
    @ConditionalOnMissingBean(name = "waybillServerHttpSecurity")
    Customizer<ServerHttpSecurity> waybillServerHttpSecurity(
        Identification identification, ObjectProvider<ServerSecurityContextRepository> saved) {
      IdentityWebFilter behind = new IdentityWebFilter(identification);
      LogInWebFilter around =
          new LogInWebFilter(
              behind, saved.getIfUnique(WebSessionServerSecurityContextRepository::new));
      return http ->
          http.addFilterAfter(around, SecurityWebFiltersOrder.REACTOR_CONTEXT)
              .addFilterAfter(behind, SecurityWebFiltersOrder.ANONYMOUS_AUTHENTICATION);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({GrpcSecurity.class, ServerInterceptor.class})
  static class OfGrpc {

    @Bean
    @GlobalServerInterceptor
    @ConditionalOnMissingBean(name = "waybillIdentityInterceptor")
    ServerInterceptor waybillIdentityInterceptor(Identification identification) {
      return new IdentityInterceptor(identification);
    }
  }
}
