package io.waybill.grpc;

import io.grpc.Metadata;

/**
 * How many attempts of a call failed before this one, as gRPC tells a server in its headers, and a
 * client in those of the answer (gRFC A6). A first attempt does not have the header.
 */
final class PreviousAttempts {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER);

  // gRPC allows at most five attempts; a peer can write anything.
  private static final int MOST_DIGITS = 4;

  private PreviousAttempts() {}

  /** Returns the number, or 0 if there is none. */
  static long in(Metadata headers) {
    String text = headers.get(KEY);
    if (text == null || text.isEmpty() || text.length() > MOST_DIGITS) {
      return 0;
    }
    return text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : 0;
  }
}
