package io.waybill.benchmarks.wire;

import io.opentelemetry.context.Context;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.IncomingCall;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What came in goes out, unchanged: in the first call of a request, and in a later one. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls setUp() first
public class Inject {
  /** How many members the request carries. */
  @Param({"4", "16"})
  public int members;

  private Service service;
  private String header;
  private Context plain;
  private IncomingCall request;

  /** Receives a request, which stays open. */
  @Setup
  public void setUp() {
    service = Service.withFields(members);
    header = Service.header(members, Service.VALUE);
    service.check(header, Service.VALUE);
    plain = Service.plainReceive(header);
    request = service.receive(header);
  }

  /** With the extract that must come before. */
  @Benchmark
  public String openTelemetryFirst() {
    return service.plainSend(Service.plainReceive(header));
  }

  /** With the request around it. */
  @Benchmark
  @Against("openTelemetryFirst")
  public String waybillFirst() {
    IncomingCall received = service.receive(header);
    String sent = service.send(received.context());
    received.end();
    return sent;
  }

  @Benchmark
  public String openTelemetryAgain() {
    return service.plainSend(plain);
  }

  @Benchmark
  @Against(value = "openTelemetryAgain", goals = @Goal(time = 0.15, bytes = 0.10))
  public String waybillAgain() {
    return service.send(request.context());
  }
}
