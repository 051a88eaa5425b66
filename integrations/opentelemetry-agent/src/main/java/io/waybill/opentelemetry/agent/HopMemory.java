package io.waybill.opentelemetry.agent;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of objects of a client, for as long as they live. By identity: requests that are
 * equal may be of two callers.
 */
final class HopMemory<K, V> {
  // By Known, and asked by Asked.
  private final ConcurrentMap<Object, V> all = new ConcurrentHashMap<>();
  private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

  @Nullable V get(K of) {
    return all.get(new Asked(of));
  }

  void put(K of, V what) {
    for (Reference<?> one = gone.poll(); one != null; one = gone.poll()) {
      all.remove(one);
    }
    all.put(new Known(of, gone), what);
  }

  @Nullable V remove(K of) {
    return all.remove(new Asked(of));
  }

  /** An object that may be gone. */
  static final class Known extends WeakReference<Object> {
    private final int hash;

    Known(Object object, ReferenceQueue<Object> gone) {
      super(object, gone);
      this.hash = System.identityHashCode(object);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other || (other instanceof Known known && known.refersToThatOf(this));
    }

    private boolean refersToThatOf(Known other) {
      Object object = get();
      return object != null && other.refersTo(object);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** An object that is asked for: as a {@link Known} of it, without work for the collector. */
  static final class Asked {
    private final Object object;

    Asked(Object object) {
      this.object = object;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Known known && known.refersTo(object);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(object);
    }
  }
}
