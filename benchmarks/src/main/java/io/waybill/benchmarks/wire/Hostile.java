package io.waybill.benchmarks.wire;

import io.opentelemetry.context.Context;
import io.waybill.benchmarks.Against;
import io.waybill.benchmarks.Goal;
import io.waybill.sdk.IncomingCall;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** 8 KiB that somebody sends to cost us as much as it can. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls setUp() first
public class Hostile {
  /** What the header holds. */
  public enum Shape {
    /** Members with an escape that is none. */
    BAD_ESCAPES("a=%zz,".repeat(1365)),
    /** Members that are empty. */
    COMMAS(",".repeat(8192)),
    /** Members without a value. */
    NO_EQUALS("k1,k2,".repeat(1365)),
    /** A value that never ends. */
    ONE_VALUE("k=" + "v".repeat(8190)),
    /** As many names as there is room for. */
    TINY_MEMBERS(tinyMembers());

    private final String header;

    Shape(String header) {
      this.header = header;
    }

    private static String tinyMembers() {
      return IntStream.range(0, 2000)
          .mapToObj(i -> Integer.toString(i, Character.MAX_RADIX) + "=")
          .collect(Collectors.joining(","))
          .substring(0, 8191);
    }
  }

  private static final int TWICE = 2 * 8192; // Bytes for each byte of the header.

  // Held, or what is set of it would be forgotten with it.
  private static final Logger PLAIN = Logger.getLogger("io.opentelemetry");

  /** What the header holds. */
  @Param public Shape shape;

  private Service service;

  /** Keeps what OpenTelemetry logs of each bad escape out of our output. */
  @Setup
  public void setUp() {
    PLAIN.setUseParentHandlers(false);
    service = Service.withFields(4);
  }

  @Benchmark
  public Context openTelemetry() {
    return Service.plainReceive(shape.header);
  }

  @Benchmark
  @Against(
      value = "openTelemetry",
      goals = {
        @Goal(params = "shape=BAD_ESCAPES", time = 0.01, allBytes = TWICE),
        @Goal(params = "shape=COMMAS", time = 0.15, allBytes = TWICE),
        @Goal(params = "shape=NO_EQUALS", time = 0.15, allBytes = TWICE),
        @Goal(params = "shape=ONE_VALUE", time = 0.30, allBytes = TWICE),
        @Goal(params = "shape=TINY_MEMBERS", time = 1, allBytes = TWICE)
      })
  public IncomingCall waybill() {
    IncomingCall request = service.receive(shape.header);
    request.end();
    return request;
  }
}
