package io.waybill.opentelemetry.instrumentation;

import io.waybill.sdk.policy.Peer;
import java.lang.invoke.MethodHandle;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who has sent a request, read from the request object of its server, by its class. Whoever can't
 * be read is nobody.
 */
final class Peers {
  static final Peer NOBODY = Peer.unverified(null, null);

  // A request object that holds another, which holds another.
  private static final int MOST_LAYERS = 8;
  private static final String UNKNOWN = "";
  // The name of a kind, kept with the class, which may outlive this one: nothing there is ours.
  private static final ClassValue<Map.Entry<String, MethodHandle[]>> READ =
      new ClassValue<>() {
        @Override
        protected Map.Entry<String, MethodHandle[]> computeValue(Class<?> type) {
          return found(type);
        }
      };

  private Peers() {}

  static Peer of(@Nullable Object request) {
    try {
      return request == null ? NOBODY : read(request);
    } catch (Throwable unreadable) { // nobody catches it, and the request is the application's
      return NOBODY;
    }
  }

  private static Peer read(Object request) throws Throwable {
    Object read = request;
    for (int layer = 0; layer < MOST_LAYERS && !(read instanceof Peer); layer++) {
      Map.Entry<String, MethodHandle[]> how = READ.get(read.getClass());
      read =
          how.getKey().equals(UNKNOWN)
              ? NOBODY
              : RequestKind.valueOf(how.getKey()).read(read, how.getValue());
    }
    return read instanceof Peer peer ? peer : NOBODY;
  }

  private static Map.Entry<String, MethodHandle[]> found(Class<?> type) {
    for (RequestKind kind : RequestKind.values()) {
      Class<?> named = Named.among(type, kind.names());
      if (named != null) {
        try {
          return new SimpleImmutableEntry<>(kind.name(), kind.handles(new Named(named)));
        } catch (ReflectiveOperationException | LinkageError ofAnotherVersion) {
          break;
        }
      }
    }
    return new SimpleImmutableEntry<>(UNKNOWN, new MethodHandle[0]);
  }
}
