package io.waybill.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerInterceptor;
import io.waybill.spring.WaybillAutoConfiguration;
import io.waybill.spring.WaybillIdentity;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.grpc.server.security.GrpcSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;

/** What is there when. */
class SecurityConditionsTest {
  private static final AutoConfigurations OURS =
      AutoConfigurations.of(WaybillAutoConfiguration.class, SecurityAutoConfiguration.class);
  private static final WaybillIdentity IDENTITY = (authentication, scope) -> {};

  private final WebApplicationContextRunner servlet =
      new WebApplicationContextRunner().withConfiguration(OURS);

  @Test
  void withoutIdentity_isNothing() {
    servlet.run(beans -> assertThat(beans).doesNotHaveBean(Identification.class));
  }

  @Test
  void disabled_isNothing() {
    servlet
        .withBean(WaybillIdentity.class, () -> IDENTITY)
        .withPropertyValues("waybill.enabled=false")
        .run(beans -> assertThat(beans).doesNotHaveBean(Identification.class));
  }

  @Test
  void servlets_haveFilter_listenerAndInterceptor() {
    servlet
        .withBean(WaybillIdentity.class, () -> IDENTITY)
        .run(
            beans ->
                assertThat(beans)
                    .hasBean("waybillHttpSecurity")
                    .hasBean("waybillIdentityListener")
                    .hasSingleBean(ServerInterceptor.class)
                    .doesNotHaveBean("waybillServerHttpSecurity"));
  }

  @Test
  void webFlux_hasItsOwn() {
    new ReactiveWebApplicationContextRunner()
        .withConfiguration(OURS)
        .withBean(WaybillIdentity.class, () -> IDENTITY)
        .run(
            beans ->
                assertThat(beans)
                    .hasBean("waybillServerHttpSecurity")
                    .doesNotHaveBean("waybillHttpSecurity"));
  }

  @Test
  void others_haveNeither() {
    new ApplicationContextRunner()
        .withConfiguration(OURS)
        .withBean(WaybillIdentity.class, () -> IDENTITY)
        .run(
            beans ->
                assertThat(beans)
                    .hasBean("waybillIdentityListener")
                    .doesNotHaveBean("waybillServerHttpSecurity")
                    .doesNotHaveBean("waybillHttpSecurity"));
  }

  @Test
  void withoutLibraries_isLess() {
    servlet
        .withBean(WaybillIdentity.class, () -> IDENTITY)
        .withClassLoader(new FilteredClassLoader(GrpcSecurity.class, HttpSecurity.class))
        .run(
            beans ->
                assertThat(beans)
                    .hasBean("waybillIdentityListener")
                    .doesNotHaveBean("waybillHttpSecurity")
                    .doesNotHaveBean(ServerInterceptor.class));
    servlet
        .withClassLoader(new FilteredClassLoader(Authentication.class))
        .run(beans -> assertThat(beans).hasNotFailed().doesNotHaveBean(Identification.class));
  }

  @Test
  void twoIdentities_endStart() {
    servlet
        .withBean("first", WaybillIdentity.class, () -> IDENTITY)
        .withBean("second", WaybillIdentity.class, () -> IDENTITY)
        .run(beans -> assertThat(beans).hasFailed());
  }
}
