package io.waybill.sdk.policy;

/**
 * How much baggage is read and written. Whole members only: what is over a limit is left out and
 * counted, and no request or call fails for it.
 *
 * <pre>{@code
 * Limits.DEFAULT.withMembers(32).withGrpcBytes(2048)
 * }</pre>
 *
 * <p><b>Units.</b> Distinct members, and bytes of their encoded text, commas included.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Limits {

  /**
   * 64 members and 8192 bytes, as W3C Baggage §3.3.2 asks; 4096 bytes over gRPC, and what the other
   * headers leave of 8192 bytes over HTTP.
   */
  public static final Limits DEFAULT = new Limits(64, 8192, 8192, 8192, 4096);

  /**
   * How much of {@link #httpHeadBytes} is kept free for what is written after the baggage: the
   * trace, and what clients add themselves, as {@code User-Agent}.
   */
  public static final int HTTP_RESERVE = 1024;

  private static final int MOST_MEMBERS = 8192;
  private static final int MOST_BYTES = 65_535;

  private final int members;
  private final int inboundBytes;
  private final int httpBytes;
  private final int httpHeadBytes;
  private final int grpcBytes;

  private Limits(int members, int inboundBytes, int httpBytes, int httpHeadBytes, int grpcBytes) {
    this.members = members;
    this.inboundBytes = inboundBytes;
    this.httpBytes = httpBytes;
    this.httpHeadBytes = httpHeadBytes;
    this.grpcBytes = grpcBytes;
  }

  /** Returns how many distinct members a request has, in and out. */
  public int members() {
    return members;
  }

  /** Returns how many bytes are read of all {@code baggage} lines together. */
  public int inboundBytes() {
    return inboundBytes;
  }

  /** Returns how many bytes are written to an HTTP request, if {@link #httpHeadBytes} has room. */
  public int httpBytes() {
    return httpBytes;
  }

  /**
   * Returns how many bytes the request line and all headers of an HTTP request may have together.
   * Nothing is added above that: Tomcat and Jetty take 8192 by default, and refuse the request
   * else.
   */
  public int httpHeadBytes() {
    return httpHeadBytes;
  }

  /**
   * Returns how many bytes are written to a gRPC call; less where its other metadata is large,
   * since common servers refuse more than 8192 bytes in all.
   */
  public int grpcBytes() {
    return grpcBytes;
  }

  /**
   * Returns these limits with another number of members.
   *
   * @throws IllegalArgumentException if it is not 0 to 8192
   */
  public Limits withMembers(int most) {
    return new Limits(
        checked("members", most, MOST_MEMBERS), inboundBytes, httpBytes, httpHeadBytes, grpcBytes);
  }

  /**
   * Returns these limits with another number of bytes that are read.
   *
   * @throws IllegalArgumentException if it is not 0 to 65,535
   */
  public Limits withInboundBytes(int most) {
    return new Limits(
        members, checked("inboundBytes", most, MOST_BYTES), httpBytes, httpHeadBytes, grpcBytes);
  }

  /**
   * Returns these limits with another number of bytes that are written to an HTTP request.
   *
   * @throws IllegalArgumentException if it is not 0 to 65,535
   */
  public Limits withHttpBytes(int most) {
    return new Limits(
        members, inboundBytes, checked("httpBytes", most, MOST_BYTES), httpHeadBytes, grpcBytes);
  }

  /**
   * Returns these limits with another number of bytes for the request line and all headers of an
   * HTTP request, where the servers that are called take more than 8192.
   *
   * @throws IllegalArgumentException if it is not 0 to 65,535
   */
  public Limits withHttpHeadBytes(int most) {
    return new Limits(
        members, inboundBytes, httpBytes, checked("httpHeadBytes", most, MOST_BYTES), grpcBytes);
  }

  /**
   * Returns these limits with another number of bytes that are written to a gRPC call.
   *
   * @throws IllegalArgumentException if it is not 0 to 65,535
   */
  public Limits withGrpcBytes(int most) {
    return new Limits(
        members, inboundBytes, httpBytes, httpHeadBytes, checked("grpcBytes", most, MOST_BYTES));
  }

  private static int checked(String name, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to " + most + ")");
    }
    return value;
  }
}
