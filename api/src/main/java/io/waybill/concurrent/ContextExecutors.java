package io.waybill.concurrent;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.TimerTask;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * Executors, threads and timers on which a task runs in the {@link Context} in which it was handed
 * over, and so in its request. What the thread held before is there again afterwards.
 *
 * <pre>{@code
 * ExecutorService pool = ContextExecutors.wrap(Executors.newFixedThreadPool(8));
 * pool.submit(() -> RequestScope.current().get(USER));
 * }</pre>
 *
 * <p>Wrap once, where the executor is made. A periodic task that a request starts outlives it, with
 * its identity and without its secrets; {@code RequestScope.detach} gives it a scope of its own.
 *
 * <p><b>Threading.</b> As what is wrapped.
 */
public final class ContextExecutors {
  private ContextExecutors() {}

  /** Returns an executor that runs each task on {@code executor}. */
  public static Executor wrap(Executor executor) {
    requireNonNull(executor, "executor");
    return task -> executor.execute(RequestScope.restoring(Context.current()).wrap(task));
  }

  /**
   * Returns an executor service that runs each task on {@code service}. A {@code RecursiveTask} of
   * a {@code ForkJoinPool} that forks inside of it is not handed over here: fork what {@code
   * RequestScope.wrap} returns.
   */
  public static ExecutorService wrap(ExecutorService service) {
    return new CapturingService(requireNonNull(service, "service"));
  }

  /** Returns a scheduler that runs each task on {@code scheduler}, periodic ones too. */
  public static ScheduledExecutorService wrap(ScheduledExecutorService scheduler) {
    return new CapturingScheduler(requireNonNull(scheduler, "scheduler"));
  }

  /**
   * Returns a factory whose threads, plain or virtual, run their task in the Context in which they
   * were made. It is for one task a thread: {@code newThreadPerTaskExecutor}, {@code
   * StructuredTaskScope}, {@code newThread(task).start()}.
   *
   * <p><b>Errors.</b> {@code newThread} throws {@link IllegalArgumentException} for the worker of a
   * {@code ThreadPoolExecutor}, which would hold the first request for all that follow.
   */
  public static ThreadFactory threadFactory(ThreadFactory factory) {
    requireNonNull(factory, "factory");
    return task ->
        factory.newThread(RequestScope.restoring(Context.current()).wrap(requireOneTask(task)));
  }

  /** Returns a task for a {@code Timer}, which runs {@code task} in this Context. */
  public static TimerTask timerTask(Runnable task) {
    Runnable wrapped = RequestScope.restoring(Context.current()).wrap(requireNonNull(task, "task"));
    return new TimerTask() {
      @Override
      public void run() {
        wrapped.run();
      }
    };
  }

  private static Runnable requireOneTask(Runnable task) {
    if (task.getClass().getName().startsWith("java.util.concurrent.ThreadPoolExecutor$")) {
      throw new IllegalArgumentException(
          "factory: given to a thread pool, whose threads run tasks of many requests (expected:"
              + " the pool's plain factory, and ContextExecutors.wrap(pool))");
    }
    return task;
  }
}
