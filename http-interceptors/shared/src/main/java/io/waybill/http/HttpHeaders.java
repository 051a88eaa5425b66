package io.waybill.http;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import org.jspecify.annotations.Nullable;

/**
 * How the headers of an outgoing request are read and written, for one library. Names are compared
 * without case.
 *
 * <p><b>Threading.</b> Stateless, and so safe from any thread; the carrier is its owner's.
 *
 * @param <C> what holds the headers of one request
 */
public interface HttpHeaders<C> extends TextMapGetter<C>, TextMapSetter<C> {

  /** Removes all lines of {@code name}, and returns whether there were any. */
  boolean remove(C carrier, String name);

  /** Returns the {@link HeaderRoom#size} of all lines together. */
  int size(C carrier);

  /** Returns whether there is a line of {@code name}. */
  default boolean contains(@Nullable C carrier, String name) {
    return get(carrier, name) != null;
  }
}
