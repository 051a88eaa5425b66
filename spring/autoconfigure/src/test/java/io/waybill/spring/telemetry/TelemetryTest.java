package io.waybill.spring.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.waybill.micrometer.WaybillMicrometer;
import io.waybill.opentelemetry.spans.WaybillSpanProcessor;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.spring.WaybillAutoConfiguration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Which beans are there beside which of Boot's, and what they replace. */
@ExtendWith(OutputCaptureExtension.class)
class TelemetryTest {
  private static final String BAGGAGE = "management.tracing.baggage.enabled=";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  WaybillAutoConfiguration.class,
                  OpenTelemetryBeansAutoConfiguration.class,
                  io.waybill.spring.telemetry.MicrometerTracingAutoConfiguration.class,
                  ObservationAutoConfiguration.class,
                  MetersAutoConfiguration.class,
                  OpenTelemetryStarterAutoConfiguration.class,
                  OpenTelemetryTracingAutoConfiguration.class,
                  OpenTelemetrySdkAutoConfiguration.class,
                  MicrometerTracingAutoConfiguration.class,
                  MetricsAutoConfiguration.class,
                  org.springframework.boot.micrometer.observation.autoconfigure
                      .ObservationAutoConfiguration.class));

  @Test
  void micrometersBeans_areOurs() {
    runner
        .withPropertyValues(BAGGAGE + false)
        .run(
            context -> {
              assertThat(context.getBean(OtelCurrentTraceContext.class))
                  .hasSameClassAs(WaybillMicrometer.currentTraceContext());
              assertThat(context.getBean(OtelTracer.class).getClass().getName())
                  .startsWith("io.waybill.micrometer.");
              assertThat(context)
                  .hasSingleBean(WaybillPropagator.class)
                  .hasSingleBean(WaybillSpanProcessor.class)
                  .hasBean("waybillFields")
                  .hasBean("waybillMeters")
                  .doesNotHaveBean(AutoConfigurationCustomizerProvider.class);
            });
  }

  @Test
  void beansOfTheApplication_stay() {
    OtelCurrentTraceContext own = new OtelCurrentTraceContext();
    WaybillSpanProcessor processor = WaybillSpanProcessor.create();
    runner
        .withBean(OtelCurrentTraceContext.class, () -> own)
        .withBean(WaybillSpanProcessor.class, () -> processor)
        .withBean("waybillMeters", MeterBinder.class, () -> registry -> {})
        .run(
            context -> {
              assertThat(context.getBean(OtelCurrentTraceContext.class)).isSameAs(own);
              assertThat(context.getBean(WaybillSpanProcessor.class)).isSameAs(processor);
              assertThat(context).hasSingleBean(MeterBinder.class);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"io.waybill.micrometer", "io.micrometer.tracing.otel.bridge"})
  void whatIsMissing_leavesTheRest(String missing) {
    runner
        .withClassLoader(new FilteredClassLoader(missing))
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Waybill.class));
  }

  @Test
  void disabled_leavesBootsOwn() {
    runner
        .withPropertyValues("waybill.enabled=false")
        .run(
            context -> {
              assertThat(context.getBean(OtelCurrentTraceContext.class).getClass())
                  .isEqualTo(OtelCurrentTraceContext.class);
              assertThat(context)
                  .doesNotHaveBean(WaybillPropagator.class)
                  .doesNotHaveBean(WaybillSpanProcessor.class)
                  .doesNotHaveBean("waybillFields");
            });
  }

  /** Plain code has put something into Baggage, and somebody calls whom nobody has named. */
  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void propagators_writeBaggageWhereBootIsToldTo(boolean enabled, boolean isWritten) {
    runner
        .withPropertyValues(BAGGAGE + enabled, "management.tracing.baggage.remote-fields=plain")
        .run(
            context -> {
              Map<String, String> written = new HashMap<>();
              Context plain =
                  Context.root()
                      .with(Baggage.builder().put("plain", "text").build())
                      .with(
                          context
                              .getBean(OpenTelemetry.class)
                              .getTracer("t")
                              .spanBuilder("t")
                              .startSpan());
              context
                  .getBean(OpenTelemetry.class)
                  .getPropagators()
                  .getTextMapPropagator()
                  .inject(plain, written, Map::put);

              assertThat(written).containsKey("traceparent");
              assertThat(written.containsKey("baggage")).isEqualTo(isWritten);
            });
  }

  @Test
  void baggageOfBoot_isWarnedOf(CapturedOutput output) {
    runner
        .withPropertyValues(BAGGAGE + true)
        .run(context -> context.getBean(Waybill.class).request().run(() -> {}));

    assertThat(output)
        .contains("management.tracing.baggage.enabled is true")
        .contains("waybill.destinations");
  }

  @Test
  void noBaggageOfBoot_isQuiet_andTheRequestIsInBaggage(CapturedOutput output) {
    runner
        .withPropertyValues(BAGGAGE + false)
        .run(
            context ->
                context
                    .getBean(Waybill.class)
                    .request()
                    .run(
                        () ->
                            assertThat(
                                    Baggage.fromContext(Context.current())
                                        .getEntryValue("request.id"))
                                .isNotNull()));

    assertThat(output).doesNotContain("WARN").doesNotContain("baggage");
  }
}
