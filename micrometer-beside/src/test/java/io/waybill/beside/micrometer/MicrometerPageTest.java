package io.waybill.beside.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.BaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.otel.bridge.OtelTracer.EventPublisher;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.sdk.Waybill;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationRegistryCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Java of {@code integrations/micrometer/README.md}, which is from here, and works. */
class MicrometerPageTest {

  @Test
  void plain_keepsTheRequest() {
    OpenTelemetry openTelemetry = OpenTelemetry.noop();
    Waybill waybill = Fields.of(openTelemetry).build();
    ObservationRegistry registry = ObservationRegistry.create();
    MeterRegistry meters = new SimpleMeterRegistry();

    OtelCurrentTraceContext current =
        WaybillMicrometer.currentTraceContext(); // not new OtelCurrentTraceContext()
    OtelTracer tracer =
        WaybillMicrometer.tracer(
            openTelemetry.getTracer("app"), current, event -> {}, BaggageManager.NOOP);
    WaybillMicrometer.observe(registry, waybill); // fields on observations
    WaybillMicrometer.meters(waybill).bindTo(meters); // waybill.dropped and its like

    assertThat(tracer.currentTraceContext()).isSameAs(current);
    waybill
        .request()
        .with(Identities.USER, "anna")
        .run(() -> waybill.send(Context.current(), null));
    assertThat(meters.get("waybill.dropped").counters()).isNotEmpty();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Waybill waybill(OpenTelemetry openTelemetry) {
      return Fields.of(openTelemetry).build();
    }

    @Bean
    OtelCurrentTraceContext currentTraceContext() {
      return WaybillMicrometer.currentTraceContext();
    }

    @Bean
    OtelTracer micrometerTracer(
        Tracer tracer, OtelCurrentTraceContext current, EventPublisher events) {
      return WaybillMicrometer.tracer(tracer, current, events, BaggageManager.NOOP);
    }

    @Bean
    ObservationRegistryCustomizer<ObservationRegistry> waybillFields(Waybill waybill) {
      return registry -> WaybillMicrometer.observe(registry, waybill);
    }

    @Bean
    MeterBinder waybillMeters(Waybill waybill) {
      return WaybillMicrometer.meters(waybill);
    }
  }

  @Test
  void beans_takeThePlaceOfBoots() {
    try (ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties(
                "spring.main.banner-mode=off",
                "logging.level.root=warn",
                "management.otlp.metrics.export.enabled=false")
            .run()) {
      Waybill waybill = application.getBean(Waybill.class);
      assertThat(application.getBeansOfType(io.micrometer.tracing.Tracer.class))
          .containsOnlyKeys("micrometerTracer");

      waybill
          .request()
          .with(Identities.USER, "anna")
          .run(() -> waybill.send(Context.current(), null));
      assertThat(application.getBean(MeterRegistry.class).get("waybill.dropped").counters())
          .isNotEmpty();
    }
  }
}
