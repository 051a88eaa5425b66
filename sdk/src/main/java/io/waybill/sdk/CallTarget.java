package io.waybill.sdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Whom a call goes to whose instrumentation has said it. It is granted to one way of writing into
 * carriers: another call that is made inside, and is not announced, has another.
 */
final class CallTarget {
  static final ContextKey<@Nullable CallTarget> KEY = ContextKey.named("waybill-call-target");

  @SuppressWarnings("rawtypes") // no class literal has a type argument
  private static final AtomicReferenceFieldUpdater<CallTarget, Class> WRITER =
      AtomicReferenceFieldUpdater.newUpdater(CallTarget.class, Class.class, "writer");

  private static final String OPENTELEMETRY = "io.opentelemetry.";
  private static final String GRPC = OPENTELEMETRY + "grpc-";

  private final Destination destination;
  private final String instrumentation;
  private final boolean redecides;
  private volatile @Nullable Class<?> writer;

  CallTarget(Destination destination, String instrumentation, boolean redecides) {
    this.destination = destination;
    this.instrumentation = instrumentation;
    this.redecides = redecides;
  }

  static @Nullable CallTarget in(Context context) {
    return context.get(KEY);
  }

  Destination destination() {
    return destination;
  }

  /** Returns whether {@code uri}, spelled as the destination is, names it. */
  boolean isNamedBy(URI uri) {
    return uri.getPort() == destination.port()
        && destination.host().equals(uri.getHost())
        && destination.scheme().equals(uri.getScheme());
  }

  /** Returns the name of its instrumentation. */
  String instrumentation() {
    return instrumentation;
  }

  /** Returns whether each hop of a redirect is announced, or none is followed. */
  boolean redecides() {
    return redecides;
  }

  /** Returns whether {@code setter} is of the kind that has been the first to write. */
  boolean isGrantedTo(Object setter) {
    Class<?> asks = setter.getClass();
    return writer == asks
        || (mayBeFirst(asks) && (WRITER.compareAndSet(this, null, asks) || writer == asks));
  }

  /** gRPC's writes late: interceptors of the application run before it, and may write elsewhere. */
  private boolean mayBeFirst(Class<?> asks) {
    String name = asks.getName();
    return !instrumentation.startsWith(GRPC)
        || (name.startsWith(OPENTELEMETRY) && name.contains(".instrumentation.grpc."));
  }
}
