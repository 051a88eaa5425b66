package io.waybill.benchmarks.wire;

import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A request of 16 members, of which the service declares and reads two. */
@State(Scope.Thread)
public class ExtractForeign {
  private final Service service = Service.withFields(2);
  private final String header = Service.header(16, Service.VALUE);

  @Benchmark
  public void openTelemetry(Blackhole blackhole) {
    service.plainReadAll(header, blackhole);
  }

  @Benchmark
  @Against(value = "openTelemetry", goals = @Goal(time = 0.15, bytes = 0.15))
  public void waybill(Blackhole blackhole) {
    service.readAll(header, blackhole);
  }
}
