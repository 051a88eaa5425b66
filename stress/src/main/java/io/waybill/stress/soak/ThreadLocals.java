package io.waybill.stress.soak;

import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** Counts what lies in the ThreadLocals of a thread; needs java.lang to be open. */
final class ThreadLocals {
  private final Field ordinary = open(Thread.class, "threadLocals");
  private final Field inheritable = open(Thread.class, "inheritableThreadLocals");
  private final Field table;

  ThreadLocals() {
    this.table = open(ordinary.getType(), "table");
  }

  /**
   * Returns the number of entries in all of {@code threads}, which should be at rest. One whose
   * ThreadLocal is garbage counts too: its value is held all the same.
   */
  int count(Iterable<Thread> threads) {
    int entries = 0;
    for (Thread thread : threads) {
      entries += entries(ordinary, thread) + entries(inheritable, thread);
    }
    return entries;
  }

  private int entries(Field map, Thread thread) {
    Object held = read(map, thread);
    Object entries = held == null ? null : read(table, held);
    int count = 0;
    for (int i = 0; entries != null && i < Array.getLength(entries); i++) {
      count += Array.get(entries, i) instanceof Reference<?> ? 1 : 0;
    }
    return count;
  }

  private static @Nullable Object read(Field field, Object of) {
    try {
      return field.get(of);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Field open(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException | RuntimeException closed) {
      throw new IllegalStateException(
          type.getName()
              + "."
              + name
              + " can't be read (expected: --add-opens=java.base/java.lang=ALL-UNNAMED)",
          closed);
    }
  }
}
