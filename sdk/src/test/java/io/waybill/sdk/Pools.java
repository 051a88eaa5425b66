package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Each kind of pool that a task of a request may be handed to. */
final class Pools {
  private Pools() {}

  static Stream<Map.Entry<String, ExecutorService>> all() throws Exception {
    Map<String, ExecutorService> pools = new LinkedHashMap<>();
    pools.put("one thread", Executors.newSingleThreadExecutor());
    pools.put("two threads", Executors.newFixedThreadPool(2));
    pools.put("a scheduler", Executors.newScheduledThreadPool(2));
    pools.put("ForkJoinPool", new ForkJoinPool(4));
    pools.put("the common pool", ForkJoinPool.commonPool());
    if (Runtime.version().feature() >= 21) {
      pools.put("virtual threads", perTask(virtualThreads()));
    }
    return pools.entrySet().stream();
  }

  static ThreadFactory virtualThreads() throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
    return (ThreadFactory) factory.invoke(builder);
  }

  static ExecutorService perTask(ThreadFactory threads) throws ReflectiveOperationException {
    Method perTask = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
    return (ExecutorService) perTask.invoke(null, threads);
  }

  /** The common pool can't be shut down. */
  static void close(ExecutorService pool) throws InterruptedException {
    pool.shutdown();
    assertThat(pool == ForkJoinPool.commonPool() || pool.awaitTermination(30, TimeUnit.SECONDS))
        .isTrue();
  }
}
