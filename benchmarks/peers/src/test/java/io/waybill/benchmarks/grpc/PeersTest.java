package io.waybill.benchmarks.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Calls each benchmark of this module once, in this JVM, as JMH would. Times nothing. */
class PeersTest {
  private static final Options ONCE =
      new OptionsBuilder()
          .include("benchmarks\\.(grpc|http|micrometer|span)\\.")
          .mode(Mode.SingleShotTime)
          .forks(0)
          .warmupIterations(0)
          .measurementIterations(1)
          .shouldFailOnError(true)
          .verbosity(VerboseMode.SILENT)
          .build();

  @Test
  void benchmarks_run() throws RunnerException {
    List<String> run =
        new Runner(ONCE).run().stream().map(result -> result.getParams().getBenchmark()).toList();

    assertThat(run.stream().map(name -> name.replaceAll(".*\\.(\\w+\\.\\w+)$", "$1")))
        .contains(
            "Unary.waybill",
            "TokenCall.waybill",
            "TokenRequest.waybill",
            "StreamUp.brave",
            "ObserveInRequest.waybill",
            "IdentityOnSpan.waybill");
  }
}
