package io.waybill.benchmarks.wire;

import io.opentelemetry.context.Context;
import io.waybill.benchmarks.Against;
import io.waybill.sdk.ServerRequest;
import java.util.logging.Level;
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
    /** Escapes of which none is valid. */
    BAD_ESCAPES("k=" + "%zz".repeat(2730)),
    /** A name that never ends. */
    NO_EQUALS("k".repeat(8192)),
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

  // Held, or its level would be forgotten with it.
  private static final Logger PLAIN = Logger.getLogger("io.opentelemetry");

  /** What the header holds. */
  @Param public Shape shape;

  private Service service;

  /** Silences OpenTelemetry, which logs each bad escape with a stack: that costs it even more. */
  @Setup
  public void setUp() {
    PLAIN.setLevel(Level.OFF);
    service = Service.withFields(4);
  }

  @Benchmark
  public Context openTelemetry() {
    return Service.plainReceive(shape.header);
  }

  @Benchmark
  @Against("openTelemetry")
  public ServerRequest waybill() {
    ServerRequest request = service.receive(shape.header);
    request.end();
    return request;
  }
}
