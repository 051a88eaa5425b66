package io.waybill.benchmarks.grpc;

import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** One message of a stream from the client, with a span on each side. */
@OperationsPerInvocation(Calls.MESSAGES)
public class StreamUp {
  @Benchmark
  public int plain(PlainCalls calls) {
    return calls.up();
  }

  @Benchmark
  public int brave(BraveCalls calls) {
    return calls.up();
  }

  @Benchmark
  @Against("brave")
  public int grpcOpenTelemetry(GrpcOpenTelemetryCalls calls) {
    return calls.up();
  }

  @Benchmark
  @Against(value = "brave", goals = @Goal(nanos = 10, allBytes = 0))
  public int waybill(WaybillCalls.WithSpans calls) {
    return calls.up();
  }
}
