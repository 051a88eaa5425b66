package io.waybill.sdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The applications that have announced their Waybill to a propagator, one of each class loader. */
final class Applications {
  private final List<Application> all = new CopyOnWriteArrayList<>();

  /** Keeps the application that {@code carrier} announces; returns false if it is no such thing. */
  @SuppressWarnings("unchecked") // by its name
  boolean announce(@Nullable Object carrier) {
    if (!(carrier instanceof Map.Entry<?, ?> entry)
        || !Announcement.PROTOCOL.equals(entry.getKey())
        || !(entry.getValue() instanceof BiFunction<?, ?, ?> function)) {
      return false;
    }
    ClassLoader loader = function.getClass().getClassLoader();
    if (loader != getClass().getClassLoader()) { // else it is ours, and is installed
      Application announced = new Application((BiFunction<String, Object[], Object>) function);
      all.removeIf(one -> one.isGone() || one.isOf(loader));
      all.add(announced);
    }
    return true;
  }

  /** Returns who opens a request: each has its own, whoever of them it is for. */
  List<Receiver> receivers(@Nullable Receiver own) {
    all.removeIf(Application::isGone);
    if (all.isEmpty()) {
      return own == null ? List.of() : List.of(own);
    }
    List<Receiver> receivers = new ArrayList<>(all);
    if (own != null) {
      receivers.add(0, own);
    }
    return receivers;
  }

  /** Returns those whose code may be running on this thread. */
  List<Application> running() {
    if (all.isEmpty()) {
      return List.of();
    }
    ClassLoader caller = Thread.currentThread().getContextClassLoader();
    return all.stream().filter(one -> one.mayBeOf(caller)).toList();
  }
}
