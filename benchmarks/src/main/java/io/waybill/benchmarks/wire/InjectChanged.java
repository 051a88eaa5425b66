package io.waybill.benchmarks.wire;

import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.benchmarks.Against;
import io.waybill.sdk.ServerRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One of the four members that came in is set to another value, and all go out. */
@State(Scope.Thread)
public class InjectChanged {
  private static final String OTHER = "another-value-as-long-as-a-uuid-has!";

  private final Service service = Service.withFields(4);
  private final BaggageField<String> attribute = service.field(3);
  private final String header = Service.header(4, Service.VALUE);
  private final Context plain = Service.plainReceive(header);
  private final ServerRequest request = service.receive(header);

  @Benchmark
  public String openTelemetry() {
    return service.plainSendChanged(plain, attribute, OTHER);
  }

  @Benchmark
  @Against("openTelemetry")
  public String waybill() {
    return service.sendChanged(request, attribute, OTHER);
  }
}
