package io.waybill.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * How much of a call's metadata is left for baggage. A common server takes 8192 bytes of metadata
 * in all; above that it refuses the call, and well above it closes the connection with every other
 * call on it.
 *
 * <p><b>Units.</b> As HTTP/2 counts a header list (RFC 9113 §6.5.2): name, value and 32 bytes for
 * each entry.
 */
final class MetadataBudget {
  private static final int MOST = 8192;
  private static final int ENTRY = 32;

  // :method, :scheme, content-type, te, user-agent, grpc-timeout, encodings, a retry's count; and
  // the names of :path and :authority.
  private static final int PROTOCOL = 640;
  // traceparent, and a tracestate of 512 bytes: written after this is asked.
  private static final int TRACE = 672;
  // CallCredentials add it below us, where nobody can see how long it is: a token of 4 KB.
  private static final int CREDENTIALS =
      "authorization".length() + "Bearer ".length() + 4096 + ENTRY;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private MetadataBudget() {}

  /**
   * Returns the bytes that the value of {@code baggage} may have, 0 or more.
   *
   * @param others what the call's metadata holds beside baggage
   */
  static int forBaggage(Metadata others, MethodDescriptor<?, ?> method, Target target) {
    int reserve = PROTOCOL + TRACE + (others.containsKey(AUTHORIZATION) ? 0 : CREDENTIALS);
    int names = method.getFullMethodName().length() + target.authorityLength();
    int baggageItself = "baggage".length() + ENTRY;
    return Math.max(0, MOST - reserve - names - baggageItself - size(others));
  }

  private static int size(Metadata metadata) {
    int size = 0;
    for (String name : metadata.keys()) {
      size +=
          name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
              ? sizeOfBinary(metadata, name)
              : sizeOfText(metadata, name);
    }
    return size;
  }

  private static int sizeOfText(Metadata metadata, String name) {
    int size = 0;
    Iterable<String> values =
        metadata.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    if (values != null) {
      for (String value : values) {
        size += name.length() + value.length() + ENTRY;
      }
    }
    return size;
  }

  private static int sizeOfBinary(Metadata metadata, String name) {
    int size = 0;
    Iterable<byte[]> values =
        metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
    if (values != null) {
      for (byte[] value : values) {
        int base64 = (value.length + 2) / 3 * 4;
        size += name.length() + base64 + ENTRY;
      }
    }
    return size;
  }
}
