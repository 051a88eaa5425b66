package io.waybill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Calls each benchmark once, in this JVM, as JMH would. Times nothing. */
class BenchmarksTest {
  private static final Options ONCE =
      new OptionsBuilder()
          .mode(Mode.SingleShotTime)
          .forks(0)
          .warmupIterations(0)
          .measurementIterations(1)
          .shouldFailOnError(true)
          .verbosity(VerboseMode.SILENT)
          .build();

  @Test
  void benchmarks_run() throws RunnerException {
    // JMH runs once on a machine, for its times; these are thrown away.
    System.setProperty("jmh.ignoreLock", "true");
    List<Row> rows = new Runner(ONCE).run().stream().map(Row::of).toList();

    assertThat(rows).extracting(Row::group).contains("EnterScope", "TypedRead", "Extract");
    assertThat(rows)
        .filteredOn(row -> row.baseline() != null)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(rows).anyMatch(row::isAgainst));
    assertThat(rows).filteredOn(row -> row.goal() != null).hasSizeGreaterThan(10);
  }
}
