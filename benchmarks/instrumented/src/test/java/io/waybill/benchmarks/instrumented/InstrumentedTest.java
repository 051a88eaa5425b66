package io.waybill.benchmarks.instrumented;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Calls each benchmark of this module once, in this JVM, as JMH would. Times nothing. */
class InstrumentedTest {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final Options ONCE =
      new OptionsBuilder()
          .include("benchmarks\\.(instrumented)\\.")
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
            "InstrumentedUnary.plain",
            "InstrumentedUp.grpcTelemetry",
            "OkHttpRequest.waybill",
            "OkHttpRequest.insideOwn",
            "ServedRequest.inside",
            "ApacheRequest.waybill");
  }

  /** Else a figure would be of a call that carries nothing. */
  @Test
  void httpCalls_carryTheIdentity_exceptThePlainOnes() throws IOException {
    for (OkHttpRequest.PlainCalls calls :
        List.of(
            new OkHttpRequest.PlainCalls(),
            new OkHttpRequest.OpenTelemetryCalls(),
            new OkHttpRequest.WaybillCalls(),
            new OkHttpRequest.InsideCalls())) {
      calls.setUp();
      assertThat(calls.call()).isEqualTo(5);
      calls.leave();
      assertCarried(calls.lastRequest(), calls.getClass() != OkHttpRequest.PlainCalls.class);
    }
    for (ApacheRequest.PlainCalls calls :
        List.of(
            new ApacheRequest.PlainCalls(),
            new ApacheRequest.OpenTelemetryCalls(),
            new ApacheRequest.WaybillCalls())) {
      calls.setUp();
      assertThat(calls.call()).isEqualTo(5);
      calls.leave();
      assertCarried(calls.lastRequest(), calls.getClass() != ApacheRequest.PlainCalls.class);
    }
  }

  @Test
  void httpCalls_toOthers_carryTheTraceAlone() throws IOException {
    for (OkHttpRequest.PlainCalls calls :
        List.of(new OkHttpRequest.TraceContextCalls(), new OkHttpRequest.ThirdPartyCalls())) {
      calls.setUp();
      assertThat(calls.call()).isEqualTo(5);
      calls.leave();
      assertThat(calls.lastRequest()).contains("traceparent: 00-" + TRACE_ID);
      assertThat(calls.lastRequest()).doesNotContain("u-1042", "gold");
    }
  }

  @Test
  void servedRequest_isSeen() {
    for (ServedRequest.TraceContext server :
        List.of(new ServedRequest.OfOpenTelemetry(), new ServedRequest.OfWaybill())) {
      server.setUp();
      assertThat(Baggage.fromContext(server.serve()).getEntryValue("user.id")).isEqualTo("u-1042");
    }
  }

  private static void assertCarried(String request, boolean carried) {
    assertThat(request).startsWith("GET /orders HTTP/1.1");
    assertThat(request.contains("user.id=u-1042")).isEqualTo(carried);
    assertThat(request.contains("plan=gold")).isEqualTo(carried);
    assertThat(request.contains("traceparent: 00-" + TRACE_ID)).isEqualTo(carried);
  }
}
