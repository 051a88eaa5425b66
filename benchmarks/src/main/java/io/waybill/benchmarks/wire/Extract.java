package io.waybill.benchmarks.wire;

import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A request whose every member is a declared field, from its header until each value was read. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls setUp() first
public class Extract {
  /** How many members the request carries. */
  @Param({"4", "16", "64"})
  public int members;

  private Service service;
  private String header;

  /** Makes the header. */
  @Setup
  public void setUp() {
    service = Service.withFields(members);
    header = Service.header(members, Service.VALUE);
    service.check(header, Service.VALUE);
  }

  @Benchmark
  public void openTelemetry(Blackhole blackhole) {
    service.plainReadAll(header, blackhole);
  }

  /** With a request that is opened and ended, its id, and the policy. */
  @Benchmark
  @Against(
      value = "openTelemetry",
      goals = {
        @Goal(params = "members=4", time = 0.30, bytes = 0.45),
        @Goal(time = 0.30, bytes = 0.35)
      })
  public void waybill(Blackhole blackhole) {
    service.readAll(header, blackhole);
  }

  /** The text alone: no request around it. */
  @Benchmark
  @Against("openTelemetry")
  public void parser(Blackhole blackhole) {
    Members parsed = BaggageParser.parse(List.of(header), 64, 8192);
    for (int i = 0; i < parsed.size(); i++) {
      blackhole.consume(parsed.value(i));
    }
  }
}
