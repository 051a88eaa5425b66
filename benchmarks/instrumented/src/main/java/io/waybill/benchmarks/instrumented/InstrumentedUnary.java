package io.waybill.benchmarks.instrumented;

import io.waybill.benchmarks.grpc.PlainCalls;
import org.openjdk.jmh.annotations.Benchmark;

/** A unary call, with a span on each side. */
public class InstrumentedUnary {
  @Benchmark
  public String plain(PlainCalls calls) {
    return calls.unary();
  }

  @Benchmark
  public String grpcTelemetry(GrpcTelemetryCalls calls) {
    return calls.unary();
  }
}
