package io.waybill.sdk.credential;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Threads to make calls on. */
final class Pools {
  private Pools() {}

  /** Returns a thread for each task: virtual ones, or up to {@code most} where there are none. */
  static ExecutorService virtual(int most) throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return Executors.newFixedThreadPool(most);
    }
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
    Method perTask = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
    return (ExecutorService) perTask.invoke(null, factory.invoke(builder));
  }
}
