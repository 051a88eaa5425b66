package io.waybill.concurrent;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A scheduler whose tasks run in the Context in which they were handed over. */
final class CapturingScheduler extends CapturingService implements ScheduledExecutorService {
  private final ScheduledExecutorService scheduler;

  CapturingScheduler(ScheduledExecutorService scheduler) {
    super(scheduler);
    this.scheduler = scheduler;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return scheduler.schedule(RequestScope.restoring(Context.current()).wrap(task), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return scheduler.schedule(RequestScope.restoring(Context.current()).wrap(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return scheduler.scheduleAtFixedRate(
        RequestScope.restoring(Context.current()).wrap(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return scheduler.scheduleWithFixedDelay(
        RequestScope.restoring(Context.current()).wrap(task), initialDelay, delay, unit);
  }
}
