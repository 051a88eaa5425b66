package io.waybill.benchmarks.grpc;

import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import org.openjdk.jmh.annotations.Benchmark;

/** A unary call with a span on each side; Waybill's carry four members of identity. */
public class UnarySpans {
  @Benchmark
  public String plain(PlainCalls calls) {
    return calls.unary();
  }

  @Benchmark
  public String brave(BraveCalls calls) {
    return calls.unary();
  }

  @Benchmark
  @Against("brave")
  public String grpcOpenTelemetry(GrpcOpenTelemetryCalls calls) {
    return calls.unary();
  }

  @Benchmark
  @Against(value = "brave", goals = @Goal(time = 0.75, bytes = 0.75))
  public String waybill(WaybillCalls.WithSpans calls) {
    return calls.unary();
  }
}
