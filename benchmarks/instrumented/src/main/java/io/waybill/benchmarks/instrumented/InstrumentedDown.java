package io.waybill.benchmarks.instrumented;

import io.waybill.benchmarks.grpc.Calls;
import io.waybill.benchmarks.grpc.PlainCalls;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** One message of a stream to the client, with a span on each side. */
@OperationsPerInvocation(Calls.MESSAGES)
public class InstrumentedDown {
  @Benchmark
  public int plain(PlainCalls calls) {
    return calls.down();
  }

  @Benchmark
  public int grpcTelemetry(GrpcTelemetryCalls calls) {
    return calls.down();
  }
}
