package io.waybill.benchmarks.instrumented;

import io.waybill.benchmarks.grpc.Calls;
import io.waybill.benchmarks.grpc.PlainCalls;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** One message of a stream from the client, with a span on each side. */
@OperationsPerInvocation(Calls.MESSAGES)
public class InstrumentedUp {
  @Benchmark
  public int plain(PlainCalls calls) {
    return calls.up();
  }

  @Benchmark
  public int grpcTelemetry(GrpcTelemetryCalls calls) {
    return calls.up();
  }
}
