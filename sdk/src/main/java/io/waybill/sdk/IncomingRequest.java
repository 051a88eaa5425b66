package io.waybill.sdk;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.policy.Peer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request at the border, as the {@code onRequest} hook sees it: its headers, and who sent it.
 * Valid during the hook only.
 */
public final class IncomingRequest {
  private final Object carrier;
  private final TextMapGetter<Object> getter;
  private final Peer peer;

  private IncomingRequest(Object carrier, TextMapGetter<Object> getter, Peer peer) {
    this.carrier = carrier;
    this.getter = getter;
    this.peer = peer;
  }

  @SuppressWarnings("unchecked") // the getter is given this carrier only
  static <C> IncomingRequest of(C carrier, TextMapGetter<C> getter, Peer peer) {
    return new IncomingRequest(carrier, (TextMapGetter<Object>) getter, peer);
  }

  /** Returns the first line of the header {@code name}, in any case, or null if there is none. */
  public @Nullable String header(String name) {
    Iterator<String> lines = getter.getAll(carrier, name);
    return lines.hasNext() ? lines.next() : null;
  }

  /** Returns all lines of the header {@code name}, in order; empty if there is none. */
  public List<String> headers(String name) {
    List<String> all = new ArrayList<>();
    getter.getAll(carrier, name).forEachRemaining(all::add);
    return all;
  }

  /** Returns who sent the request. */
  public Peer peer() {
    return peer;
  }
}
