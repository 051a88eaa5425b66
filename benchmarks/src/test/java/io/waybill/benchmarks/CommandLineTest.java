package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  @Test
  void parse_nothing() {
    assertThat(CommandLine.parse(List.of())).isEqualTo(new CommandLine(".*", false, false, false));
  }

  @Test
  void parse_regexAndShort() {
    assertThat(CommandLine.parse(List.of("Enter", "--short")))
        .isEqualTo(new CommandLine("Enter", true, false, false));
  }

  @Test
  void parse_shortAndCompare() {
    assertThat(CommandLine.parse(List.of("--short", "--compare")))
        .isEqualTo(new CommandLine(".*", true, true, false));
  }

  @Test
  void parse_resultsOfSome() {
    CommandLine some = CommandLine.parse(List.of("--results", "wire"));

    assertThat(some).isEqualTo(new CommandLine("wire", false, false, true));
    assertThat(some.all()).isFalse();
    assertThat(CommandLine.parse(List.of("--results")).all()).isTrue();
  }

  @Test
  void parse_sockets() {
    assertThat(CommandLine.parse(List.of("sockets.waybill", "--short")).sockets()).isTrue();
    assertThat(CommandLine.parse(List.of("sockets", "--results")).sockets()).isTrue();
    assertThat(CommandLine.parse(List.of()).sockets()).isFalse();
  }

  @Test
  void parse_growth() {
    assertThat(CommandLine.parse(List.of("growth", "--results")).growth()).isTrue();
    assertThat(CommandLine.parse(List.of("growth", "--short")).sockets()).isFalse();
    assertThat(CommandLine.parse(List.of()).growth()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--results --short",
        "--results --compare",
        "--fast",
        "Enter Typed",
        "sockets --compare",
        "growth --compare",
        "sockets.plain --results"
      })
  void parse_wrong(String arguments) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommandLine.parse(List.of(arguments.split(" "))))
        .withMessageContaining("(expected: ");
  }
}
