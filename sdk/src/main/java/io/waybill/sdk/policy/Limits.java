package io.waybill.sdk.policy;

/**
 * How much baggage is read and written. Whole members only: what is over a limit is left out and
 * counted, and no request or call fails for it.
 *
 * @param members distinct members of a request, in and out
 * @param inboundBytes bytes read of all {@code baggage} lines together, encoded
 * @param httpBytes bytes written to an HTTP request, encoded
 * @param grpcBytes bytes written to a gRPC call, encoded; less where its other metadata is large,
 *     since common servers refuse more than 8192 bytes in all
 */
public record Limits(int members, int inboundBytes, int httpBytes, int grpcBytes) {

  /** 64 members and 8192 bytes, as W3C Baggage §3.3.2 asks; 4096 bytes over gRPC. */
  public static final Limits DEFAULT = new Limits(64, 8192, 8192, 4096);

  private static final int MOST_MEMBERS = 8192;
  private static final int MOST_BYTES = 65_535;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, members are more than 8192, or bytes more
   *     than 65,535
   */
  public Limits {
    check("members", members, MOST_MEMBERS);
    check("inboundBytes", inboundBytes, MOST_BYTES);
    check("httpBytes", httpBytes, MOST_BYTES);
    check("grpcBytes", grpcBytes, MOST_BYTES);
  }

  private static void check(String name, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to " + most + ")");
    }
  }
}
