package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

/** What holds before any bean is made. */
class WaybillEnvironmentTest {
  private static final String BAGGAGE = "management.tracing.baggage.enabled";

  private static MockEnvironment after(MockEnvironment environment) {
    new WaybillEnvironment().postProcessEnvironment(environment, new SpringApplication());
    return environment;
  }

  @Test
  void defaults_areSet() {
    MockEnvironment environment = after(new MockEnvironment());

    assertThat(environment.getProperty(BAGGAGE)).isEqualTo("false");
    assertThat(environment.getProperty("spring.reactor.context-propagation")).isEqualTo("auto");
  }

  @Test
  void application_winsOverDefaults() {
    assertThat(after(new MockEnvironment().withProperty(BAGGAGE, "true")).getProperty(BAGGAGE))
        .isEqualTo("true");
  }

  @Test
  void disabled_setsNothing() {
    assertThat(
            after(new MockEnvironment().withProperty("waybill.enabled", "false"))
                .getProperty(BAGGAGE))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.55.0", "1.49.0", "1.61.9", "0.17.0", "1.61.0-alpha"})
  void version_belowTheFloor_endsTheStart(String version) {
    assertThatExceptionOfType(WaybillSetUpException.class)
        .isThrownBy(() -> WaybillEnvironment.requireNewEnough(version))
        .satisfies(
            tooOld -> {
              FailureAnalysis shown = new WaybillSetUpFailureAnalyzer().analyze(tooOld);
              assertThat(shown.getDescription()).contains(version, "1.62.0");
              assertThat(shown.getAction())
                  .contains("<opentelemetry.version>1.62.0</opentelemetry.version>", "4.1");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.62.0", "1.68.0-SNAPSHOT", "2.0.0", "main", ""})
  void version_thatIsNewOrUnknown_passes(String version) {
    assertThatCode(() -> WaybillEnvironment.requireNewEnough(version)).doesNotThrowAnyException();
  }

  @Test
  void version_isRead() {
    assertThat(io.opentelemetry.api.OpenTelemetry.class.getPackage().getImplementationVersion())
        .startsWith("1.");
  }
}
