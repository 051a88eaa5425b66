package io.waybill.examples.demo;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The kind of thread that each request is handled on. */
enum Threads {
  PLATFORM,
  VIRTUAL;

  private static final int JDK_WITH_VIRTUAL = 21;

  boolean isSupported() {
    return this == PLATFORM || Runtime.version().feature() >= JDK_WITH_VIRTUAL;
  }

  /** Returns an executor with a thread for each task. */
  ExecutorService executor() {
    return this == PLATFORM ? Executors.newCachedThreadPool() : virtual();
  }

  /** By reflection: the class files are for JDK 17. */
  private static ExecutorService virtual() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException none) {
      throw new IllegalStateException("no virtual threads in this JDK", none);
    }
  }
}
