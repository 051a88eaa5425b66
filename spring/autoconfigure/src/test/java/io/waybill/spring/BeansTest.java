package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How much the starter adds to an application that has all that it knows of. */
class BeansTest {
  private static final int MOST = 45;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    WaybillIdentity identity() {
      return (authentication, request) -> {};
    }
  }

  private static Set<String> beans(boolean enabled) {
    try (ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .properties(Spans.PROPERTIES)
            .properties("waybill.enabled=" + enabled, "management.tracing.baggage.enabled=false")
            .run()) {
      return new TreeSet<>(Set.of(application.getBeanDefinitionNames()));
    }
  }

  @Test
  void beans_areFew_andNoneOfBootsIsMissing() {
    Set<String> without = beans(false);
    Set<String> with = beans(true);

    assertThat(with).containsAll(without);
    with.removeAll(without);
    assertThat(with).as("beans of ours").hasSizeBetween(20, MOST);
  }
}
