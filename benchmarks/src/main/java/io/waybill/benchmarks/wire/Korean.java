package io.waybill.benchmarks.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.IncomingCall;
import java.net.URLEncoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Four members of twelve Korean letters, each of which is nine characters in the header. */
@State(Scope.Thread)
public class Korean {
  private static final String VALUE = "대한민국서울특별시강남구";
  private static final String OTHER = "대한민국부산시해운대구동";

  private final Service service = Service.withFields(4);
  private final BaggageField<String> attribute = service.field(3);
  private final String header = Service.header(4, URLEncoder.encode(VALUE, UTF_8));
  private final Context plain = Service.plainReceive(header);
  private final IncomingCall request = service.receive(header);

  /** Sees to it that both sides read the letters. */
  @Setup
  public void setUp() {
    service.check(header, VALUE);
  }

  @Benchmark
  public void openTelemetryExtract(Blackhole blackhole) {
    service.plainReadAll(header, blackhole);
  }

  @Benchmark
  @Against(value = "openTelemetryExtract", goals = @Goal(time = 0.40, bytes = 0.40))
  public void waybillExtract(Blackhole blackhole) {
    service.readAll(header, blackhole);
  }

  /** With one of them set to other letters before. */
  @Benchmark
  public String openTelemetryInject() {
    return service.plainSendChanged(plain, attribute, OTHER);
  }

  /** With one of them set to other letters before. */
  @Benchmark
  @Against(value = "openTelemetryInject", goals = @Goal(time = 0.40, bytes = 0.40))
  public String waybillInject() {
    return service.sendChanged(request, attribute, OTHER);
  }
}
