package io.waybill.benchmarks.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SocketForkTest {

  /** In a JVM of its own, where no thread of another test ends meanwhile. */
  @Test
  void main_numbersOfCalls_answersWhatEachCosts() throws Exception {
    Process fork =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SocketFork.class.getName(),
                PlainCalls.class.getName())
            .redirectError(Redirect.INHERIT)
            .start();
    try (var asked = fork.outputWriter()) {
      asked.write("1\n100\n");
    }

    assertThat(fork.inputReader().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("cost of a call: \\d+\\.\\d+(E\\d+)? \\d{4,}\\.\\d+"));
    assertThat(fork.waitFor()).isZero();
  }
}
