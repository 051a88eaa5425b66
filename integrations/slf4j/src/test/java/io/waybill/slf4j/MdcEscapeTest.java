package io.waybill.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.encoder.JsonEncoder;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.Waybill;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No value ends a line, forges one, or moves the cursor of who reads it. */
class MdcEscapeTest {
  private static final BaggageField<String> USER =
      BaggageField.identity("user.id", FieldCodec.string());

  /** All that a terminal, an editor or a log shipper might take for more than text. */
  private static final Pattern NOT_PLAIN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n]]");

  private final Waybill waybill = Waybill.builder(OpenTelemetry.noop()).carry(USER).build();
  private final WaybillMdc mdc = WaybillMdc.install(USER);

  @AfterEach
  void stop() {
    mdc.close();
  }

  static Stream<String> hostile() {
    Stream<String> controls =
        Stream.iterate(0, c -> c + 1).limit(0xA0).map(c -> "a" + (char) c.intValue() + "b");
    return Stream.concat(
        controls.filter(value -> Character.isISOControl(value.charAt(1))),
        Stream.of(
            "u\r\n12:00:00 INFO forged user=admin",
            "a\u2028b",
            "a\u2029b",
            "a\u202eb",
            "\u001b[2J\u001b[1;31madmin",
            "a\",\"user.id\":\"admin",
            "a\\",
            "%n%X{user.id}${env:HOME}"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void patternLine_staysOneLine(String value) {
    try (Written written = new Written("%msg user=%X{user.id} all=%X%n")) {
      log(written, value);

      assertThat(written.lines()).hasSize(1);
      assertThat(written.lines().get(0)).startsWith("said user=").doesNotContainPattern(NOT_PLAIN);
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void jsonLine_staysOneLineWithOneUser(String value) {
    try (Written written = new Written(new JsonEncoder())) {
      log(written, value);

      List<String> lines = written.lines();
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0)).doesNotContainPattern(NOT_PLAIN);
      assertThat(lines.get(0).split("\"user\\.id\":\"", -1)).hasSize(2);
    }
  }

  @Test
  void patternLine_text() {
    try (Written written = new Written("%msg user=%X{user.id}%n")) {
      log(written, "u\r\nINFO forged user=admin %n ${x}\u2028\u202e\u001b[0m");

      assertThat(written.lines())
          .containsExactly(
              "said user=u\\u000d\\u000aINFO forged user=admin %n ${x}\\u2028\\u202e\\u001b[0m");
    }
  }

  private void log(Written written, String user) {
    waybill.request().with(USER, user).run(() -> written.logger.info("said"));
  }
}
