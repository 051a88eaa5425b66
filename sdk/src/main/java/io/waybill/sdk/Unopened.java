package io.waybill.sdk;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Watches for requests that were received, but that nobody has opened. An instrumentation opens
 * what it has extracted at once, on the same thread; so it is looked at a while later.
 */
final class Unopened {
  private static final int WATCHED = 64;

  private final AtomicReferenceArray<@Nullable Arrival> watched =
      new AtomicReferenceArray<>(WATCHED);
  private final AtomicInteger next = new AtomicInteger();

  void watch(Arrival arrival) {
    Arrival before = watched.getAndSet(next.getAndIncrement() & (WATCHED - 1), arrival);
    if (before != null && before.isLeftClosed()) {
      before.leftClosed();
    }
  }
}
