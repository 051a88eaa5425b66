package io.waybill.sdk.internal.scope;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/**
 * How many hold a secret that several requests may share, a token that one of them renewed: the
 * last one that lets go wipes it. What can't be wiped is not counted, and nothing is kept alive
 * here. For all of the process, since requests of two Waybills may share one.
 */
public final class Holders {
  private static final Map<Same, Integer> COUNTS = new ConcurrentHashMap<>();
  private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

  private Holders() {}

  /** The same object, and not an equal one. */
  private static final class Same extends WeakReference<Object> {
    private final int hash;

    Same(Object value, @Nullable ReferenceQueue<Object> gone) {
      super(value, gone);
      this.hash = System.identityHashCode(value);
    }

    @Override
    public boolean equals(Object other) {
      Object value = get();
      return this == other || (value != null && other instanceof Same same && same.get() == value);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** Says that somebody more holds {@code value}. */
  public static void hold(@Nullable Object value) {
    for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
      COUNTS.remove(gone);
    }
    if (value != null && isWipeable(value)) {
      COUNTS.merge(new Same(value, GONE), 1, Integer::sum);
    }
  }

  /**
   * Says that somebody more holds {@code value}, whom nobody has told of it who holds it himself;
   * returns false if nobody does any more, and it is wiped or about to be.
   */
  public static boolean holdToo(Object value) {
    return !isWipeable(value)
        || COUNTS.computeIfPresent(new Same(value, null), (same, n) -> n + 1) != null;
  }

  /** Says that somebody does not any more; returns whether nobody does. */
  public static boolean letGo(@Nullable Object value) {
    return value != null
        && isWipeable(value)
        && COUNTS.computeIfPresent(new Same(value, null), (same, n) -> n == 1 ? null : n - 1)
            == null;
  }

  private static boolean isWipeable(Object value) {
    return value instanceof char[] || value instanceof byte[] || value instanceof Destroyable;
  }
}
