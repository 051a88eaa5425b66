package io.waybill.benchmarks.grpc;

import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import org.openjdk.jmh.annotations.Benchmark;

/** A unary call that carries four members of identity, and a trace that others have started. */
public class Unary {
  @Benchmark
  public String plain(PlainCalls calls) {
    return calls.unary();
  }

  /** The floor. */
  @Benchmark
  @Against("openTelemetry")
  public String readyHeaders(ReadyHeaderCalls calls) {
    return calls.unary();
  }

  @Benchmark
  public String openTelemetry(OpenTelemetryCalls calls) {
    return calls.unary();
  }

  @Benchmark
  @Against(value = "openTelemetry", goals = @Goal(time = 0.40, bytes = 0.45))
  public String waybill(WaybillCalls calls) {
    return calls.unary();
  }
}
