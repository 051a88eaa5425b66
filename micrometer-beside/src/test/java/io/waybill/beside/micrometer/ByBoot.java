package io.waybill.beside.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.waybill.http.servlet.WaybillFilter;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationRegistryCustomizer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Micrometer as Spring Boot sets it up, with the two beans that take the place of its own. */
final class ByBoot implements Company {
  private final ConfigurableApplicationContext application;

  ByBoot(Around around, boolean baggage) {
    application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                Map.of(
                    "server.port", "0",
                    "spring.main.banner-mode", "off",
                    "logging.level.root", "warn",
                    "management.otlp.metrics.export.enabled", "false",
                    "management.tracing.sampling.probability", "1.0",
                    "management.tracing.baggage.enabled", baggage,
                    "management.tracing.baggage.remote-fields", "remote",
                    "around", around))
            .run();
  }

  /** What a service adds to Boot's wiring of Micrometer. */
  @Configuration(proxyBeanMethods = false)
  static class Micrometer {
    // Boot's observing filter stands one behind the first.
    static final int OUTSIDE_OF_BOOTS = Ordered.HIGHEST_PRECEDENCE;
    static final int INSIDE_OF_BOOTS = Ordered.HIGHEST_PRECEDENCE + 2;

    @Bean
    OtelCurrentTraceContext currentTraceContext() {
      return WaybillMicrometer.currentTraceContext();
    }

    @Bean
    OtelTracer tracer(
        io.opentelemetry.api.trace.Tracer tracer,
        OtelCurrentTraceContext current,
        OtelTracer.EventPublisher events) {
      List<String> remote = List.of("remote");
      return WaybillMicrometer.tracer(
          tracer, current, events, new OtelBaggageManager(current, remote, List.of()));
    }

    @Bean
    ObservationRegistryCustomizer<ObservationRegistry> fields(Waybill waybill) {
      return registry -> WaybillMicrometer.observe(registry, waybill);
    }

    @Bean
    WaybillSpanProcessor spanProcessor() {
      return WaybillSpanProcessor.create();
    }

    @Bean
    FilterRegistrationBean<WaybillFilter> filter(Waybill waybill, Environment environment) {
      FilterRegistrationBean<WaybillFilter> filter =
          new FilterRegistrationBean<>(WaybillFilter.of(waybill));
      boolean outside = environment.getProperty("around", Around.class, Around.OUTSIDE).isOutside();
      filter.setOrder(outside ? INSIDE_OF_BOOTS : OUTSIDE_OF_BOOTS);
      return filter;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Micrometer.class)
  static class Application {

    @Bean
    TextMapPropagator propagator() {
      return WaybillPropagator.create();
    }

    @Bean
    Waybill waybill(OpenTelemetry openTelemetry) {
      return Fields.of(openTelemetry).peers(peer -> TrustZone.OWN).build();
    }

    @Bean
    FilterRegistrationBean<Filter> security(ObservationRegistry registry, Environment environment) {
      FilterRegistrationBean<Filter> filter =
          new FilterRegistrationBean<>(Fields.observing(() -> registry));
      filter.setOrder(Micrometer.INSIDE_OF_BOOTS + 1);
      filter.setEnabled(environment.getRequiredProperty("around", Around.class) == Around.BOTH);
      return filter;
    }

    @RestController
    static class Who {
      private final ObservationRegistry registry;

      Who(ObservationRegistry registry) {
        this.registry = registry;
      }

      @GetMapping("/who")
      String who() {
        return Observation.createNotStarted("handler", registry).observe(Identities::seen);
      }
    }
  }

  @Override
  public ObservationRegistry registry() {
    return application.getBean(ObservationRegistry.class);
  }

  @Override
  public Tracer tracer() {
    return application.getBean(Tracer.class);
  }

  OpenTelemetry openTelemetry() {
    return application.getBean(OpenTelemetry.class);
  }

  @Override
  public int port() {
    return ((ServletWebServerApplicationContext) application).getWebServer().getPort();
  }

  @Override
  public void close() {
    application.close();
  }
}
