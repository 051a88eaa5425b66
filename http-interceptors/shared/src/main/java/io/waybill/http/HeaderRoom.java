package io.waybill.http;

import io.waybill.sdk.policy.Limits;

/**
 * How much of a request's head is left for what Waybill adds. Common servers take 8192 bytes of
 * request line and headers in all, and answer 400, 414 or 431 above that: the call would be lost
 * for what was added to it.
 *
 * <p><b>Units.</b> Bytes, as HTTP/2 counts a header list (RFC 9113 §6.5.2): name, value and 32 for
 * each. HTTP/1.1 takes fewer.
 */
public final class HeaderRoom {
  private static final int ENTRY = 32;
  private static final int ITSELF = "baggage".length() + ENTRY;
  // "GET", a space, the target, a space, "HTTP/1.1", CRLF.
  private static final int LINE = "  HTTP/1.1\r\n".length();
  private static final int HOST = "Host".length() + ENTRY;

  private HeaderRoom() {}

  /** Returns how much of the head a header takes. */
  public static int size(String name, String value) {
    return name.length() + value.length() + ENTRY;
  }

  /**
   * Returns the bytes that the value of {@code baggage} may have, 0 or more.
   *
   * @param target the address that is asked for
   * @param headers the {@link #size} of all that the request has already, without what is taken out
   */
  static int left(Limits limits, String method, HttpTarget target, int headers) {
    int line = method.length() + target.pathAndQueryLength() + LINE;
    int host = target.authorityLength() + HOST;
    return Math.max(
        0, limits.httpHeadBytes() - Limits.HTTP_RESERVE - ITSELF - line - host - headers);
  }
}
