package io.waybill.benchmarks.grpc;

import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import org.openjdk.jmh.annotations.Benchmark;

/** A unary call that carries identity by Waybill, and a token that nobody rejects. */
public class TokenCall {
  @Benchmark
  public String without(TokenCalls.Without calls) {
    return calls.unary();
  }

  /** {@code CallCredentials} that the caller makes of his request's token. */
  @Benchmark
  public String byHand(TokenCalls.ByHand calls) {
    return calls.unary();
  }

  @Benchmark
  @Against(value = "byHand", goals = @Goal(moreNanos = 150, moreBytes = 200))
  public String waybill(TokenCalls.ByWaybill calls) {
    return calls.unary();
  }
}
