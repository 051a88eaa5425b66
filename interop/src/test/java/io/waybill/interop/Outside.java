package io.waybill.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs that others wrote, which a machine may not have. */
final class Outside {
  private Outside() {}

  /** Returns the folder of the project. */
  static Path root() {
    return Path.of(System.getProperty("waybill.root"));
  }

  /**
   * Goes on where {@code command} runs. Else fails on CI, where nothing may be missing; on a user's
   * machine it skips the test, and says so loudly.
   */
  static void require(String suite, String advice, String... command) {
    if (runs(command)) {
      return;
    }
    String missing = suite + " NOT RUN: no " + command[0] + " here. " + advice;
    if ("true".equals(System.getenv("CI"))) {
      Assertions.fail(missing);
    }
    System.err.printf("%n***** %s *****%n%n", missing);
    Assumptions.abort(missing);
  }

  static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
