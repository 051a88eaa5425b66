package io.waybill.sdk;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.policy.Peer;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request at the border, as the {@code onRequest} hook sees it: its headers, and who sent it.
 *
 * <p>Headers can be read during the hook only. Containers use their request objects again, so later
 * it would be another user's cookie.
 *
 * <p><b>Errors.</b> Reading a header once the hook has returned throws {@link
 * IllegalStateException}.
 *
 * <p><b>Threading.</b> Safe from any thread; to read a header while the hook returns may throw, and
 * never reads another request's.
 */
public final class IncomingRequest {
  private final TextMapGetter<Object> getter;
  private final Peer peer;
  // Null once the hook has returned.
  private volatile @Nullable Object carrier;

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
    List<String> first = headers(name, 1, 0);
    return first.isEmpty() ? null : first.get(0);
  }

  /** Returns all lines of the header {@code name}, in order; empty if there is none. */
  public List<String> headers(String name) {
    return headers(name, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * Returns the first lines of the header {@code name}. What bounds their cost is how many there
   * are, and how long they are together; the line that is over it is the last.
   */
  List<String> headers(String name, int mostLines, int mostChars) {
    List<String> lines = new ArrayList<>();
    Iterator<String> all = getter.getAll(open(name), name);
    int chars = 0;
    while (lines.size() < mostLines && chars <= mostChars && all.hasNext()) {
      String line = all.next();
      lines.add(line);
      chars += line == null ? 0 : line.length();
    }
    // Throws if the hook has returned meanwhile, and the lines may be another request's. The fence
    // keeps the reads of them in front of that look.
    VarHandle.acquireFence();
    var unused = open(name);
    return lines;
  }

  private Object open(String name) {
    Object now = carrier;
    if (now == null) {
      throw new IllegalStateException(
          "header " + name + ": the onRequest hook has returned (expected: read inside of it)");
    }
    return now;
  }

  /** Forgets the headers: from here on, they may be those of another request. */
  void close() {
    carrier = null;
  }

  /** Returns who sent the request. */
  public Peer peer() {
    return peer;
  }
}
