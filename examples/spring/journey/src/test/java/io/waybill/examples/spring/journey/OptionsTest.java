package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line. */
class OptionsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @Test
  void nothing_isAFewUsersByMicrometer() {
    Options options = Options.parse(List.of(), Map.of());

    assertThat(options.users()).isEqualTo(6);
    assertThat(options.concurrency()).isEqualTo(6);
    assertThat(options.telemetry()).isEqualTo(Telemetry.MICROMETER);
    assertThat(options.export()).isNull();
  }

  @Test
  void all_areRead() {
    Options options =
        Options.parse(
            List.of("--users", "2000", "--concurrency", "500", "--telemetry", "agent"),
            Map.of(ENDPOINT, "http://127.0.0.1:4318"));

    assertThat(options.users()).isEqualTo(2000);
    assertThat(options.concurrency()).isEqualTo(500);
    assertThat(options.telemetry()).isEqualTo(Telemetry.AGENT);
    assertThat(options.export()).hasPort(4318);
  }

  @ParameterizedTest
  @CsvSource({
    "--users, 0",
    "--users, many",
    "--concurrency, 2001",
    "--telemetry, zipkin",
    "--jaeger, here",
    "--other, 1"
  })
  void wrong_isNamed(String option, String value) {
    assertThatThrownBy(() -> Options.parse(List.of(option, value), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option);
  }

  @Test
  void otherProtocol_isRefused() {
    Map<String, String> environment =
        Map.of(ENDPOINT, "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");

    assertThatThrownBy(() -> Options.parse(List.of(), environment))
        .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL: grpc (expected: http/protobuf");
  }
}
