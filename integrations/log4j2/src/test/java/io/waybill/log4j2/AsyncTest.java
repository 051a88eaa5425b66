package io.waybill.log4j2;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import java.util.stream.Stream;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.async.AsyncLoggerContext;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A line shows the request that it was logged in, also when another thread writes it later. */
class AsyncTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());
  private static final String PATTERN = "%msg user=%X{user.id}%n";

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();

  static Stream<Named<Written>> ways() {
    return Stream.of(
        Named.of("appender", Written.later(new LoggerContext("test"), PATTERN, true)),
        Named.of("loggers", Written.later(new AsyncLoggerContext("test"), PATTERN, false)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void line_writtenAfterItsRequest(Written written) {
    try (WaybillThreadContext ignored = WaybillThreadContext.install(USER)) {
      waybill.request().with(USER, "u-1").run(() -> written.logger.info("first"));
      waybill.request().with(USER, "u-2").run(() -> written.logger.info("second"));
      written.logger.info("outside");
    }

    assertThat(written.lines())
        .containsExactly("first user=u-1", "second user=u-2", "outside user=");
    assertThat(written.writer()).isNotSameAs(Thread.currentThread());
  }
}
