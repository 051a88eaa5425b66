package io.waybill.leftopen;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

/** The kinds of threads that a test's code runs on. Pooled: what one holds, the next task sees. */
enum Threads {
  PLATFORM {
    @Override
    ThreadFactory factory() {
      return Executors.defaultThreadFactory();
    }
  },
  VIRTUAL {
    @Override
    ThreadFactory factory() {
      try {
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
        return (ThreadFactory) factory.invoke(builder);
      } catch (ReflectiveOperationException before21) {
        throw new AssertionError(before21);
      }
    }
  };

  abstract ThreadFactory factory();

  /** Returns those that this JDK has. */
  static Stream<Threads> available() {
    return Runtime.version().feature() < 21 ? Stream.of(PLATFORM) : Stream.of(values());
  }

  ExecutorService pool(int size) {
    ThreadFactory threads = factory();
    return Executors.newFixedThreadPool(
        size,
        task -> {
          Thread thread = threads.newThread(task);
          // Tests throw what is nobody's news.
          thread.setUncaughtExceptionHandler((same, thrown) -> {});
          return thread;
        });
  }
}
