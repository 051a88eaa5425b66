package io.waybill.grpc;

import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** Tells the client the id of its request, to quote when it complains. */
final class ResponseId {
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private ResponseId() {}

  /**
   * Returns a copy of {@code metadata} with {@code id}: what a handler answers with may be a
   * constant that all its calls share. Returns {@code metadata} itself if it has an id, or {@code
   * id} is null.
   */
  static Metadata in(Metadata metadata, @Nullable String id) {
    try {
      if (id == null || metadata.containsKey(NAME)) {
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
}
