package io.waybill.benchmarks.wire;

import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
  private final Members members = BaggageParser.parse(List.of(header), 64, 8192);
  private final Context plain = Service.plainReceive(header);
  private final IncomingCall request = service.receive(header);

  @Benchmark
  public String openTelemetry() {
    return service.plainSendChanged(plain, attribute, OTHER);
  }

  @Benchmark
  @Against(value = "openTelemetry", goals = @Goal(time = 0.60, bytes = 0.40))
  public String waybill() {
    return service.sendChanged(request, attribute, OTHER);
  }

  /** The header alone, of a Baggage that was changed before. */
  @Benchmark
  public String openTelemetryHeader() {
    return service.plainSend(plain);
  }

  /** The header alone, of three members as received and one that was set before. */
  @Benchmark
  @Against(value = "openTelemetryHeader", goals = @Goal(time = 0.60, bytes = 0.40))
  public @Nullable String formatter() {
    int expected = BaggageFormatter.length(attribute.name(), OTHER, "");
    for (int i = 0; i < 3; i++) {
      expected += members.length(i);
    }
    BaggageFormatter line = new BaggageFormatter(64, 8192, expected);
    for (int i = 0; i < 3; i++) {
      line.add(members, i);
    }
    line.add(attribute.name(), OTHER, "");
    return line.text();
  }
}
