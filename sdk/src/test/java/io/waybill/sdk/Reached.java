package io.waybill.sdk;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that objects of Waybill and OpenTelemetry reach by their fields, through arrays and
 * collections. Into other classes of the JDK nobody may look.
 */
public final class Reached {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> open = new ArrayDeque<>();

  private Reached() {}

  /** Returns what {@code roots} reach, themselves included. */
  public static List<Object> from(List<?> roots) {
    Reached reached = new Reached();
    roots.forEach(reached::add);
    while (!reached.open.isEmpty()) {
      reached.follow(reached.open.remove());
    }
    return List.copyOf(reached.seen);
  }

  private void add(@Nullable Object object) {
    if (object != null && seen.add(object)) {
      open.add(object);
    }
  }

  private void follow(Object object) {
    Class<?> type = object.getClass();
    if (object instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            add(key);
            add(value);
          });
    } else if (object instanceof Iterable<?> each) {
      each.forEach(this::add);
    } else if (type.isArray() && !type.getComponentType().isPrimitive()) {
      for (int i = 0; i < Array.getLength(object); i++) {
        add(Array.get(object, i));
      }
    }
    for (Class<?> each = type; each != null && isOpen(each); each = each.getSuperclass()) {
      followFields(object, each);
    }
  }

  private static boolean isOpen(Class<?> type) {
    return type.getName().startsWith("io.waybill.")
        || type.getName().startsWith("io.opentelemetry.");
  }

  private void followFields(Object object, Class<?> type) {
    for (Field field : type.getDeclaredFields()) {
      if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
        try {
          field.setAccessible(true);
          add(field.get(object));
        } catch (IllegalAccessException notOpen) {
          throw new AssertionError(field.toString(), notOpen);
        }
      }
    }
  }
}
