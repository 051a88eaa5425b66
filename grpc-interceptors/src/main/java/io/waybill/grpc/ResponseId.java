package io.waybill.grpc;

import io.grpc.Metadata;
import io.waybill.BaggageField;
import io.waybill.RequestScope;

/** Tells the client the id of its request, to quote when it complains. */
final class ResponseId {
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private ResponseId() {}

  /**
   * Returns a copy of {@code metadata} with the id of {@code scope}: what a handler answers with
   * may be a constant that all its calls share. Returns {@code metadata} itself if it has an id, or
   * there is none that a header can hold.
   */
  static Metadata in(Metadata metadata, RequestScope scope) {
    try {
      String id = scope.get(BaggageField.REQUEST_ID);
      if (id == null || !isPlain(id) || metadata.containsKey(NAME)) {
        return metadata;
      }
      Metadata copy = new Metadata();
      copy.put(NAME, id); // First: it makes room for more than itself.
      copy.merge(metadata);
      return copy;
    } catch (RuntimeException notReadable) {
      // gRPC says what is wrong with it.
      return metadata;
    }
  }

  /** A baggage-octet (W3C Baggage §3.3.1.3): visible ASCII that ends no list and no quotes. */
  private static boolean isPlain(String id) {
    for (int i = 0; i < id.length(); i++) {
      int c = id.codePointAt(i); // As in MetadataCarrier.
      if (c <= ' ' || c >= 0x7F || c == ',' || c == ';' || c == '"' || c == '\\') {
        return false;
      }
    }
    return !id.isEmpty();
  }
}
