package io.waybill.concurrent;

import io.opentelemetry.context.Context;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A scheduler whose tasks run in the Context in which they were handed over. */
final class CapturingScheduler implements ScheduledExecutorService {
  private final ScheduledExecutorService scheduler;
  private final ExecutorService immediate;

  CapturingScheduler(ScheduledExecutorService scheduler) {
    this.scheduler = scheduler;
    this.immediate = Context.taskWrapping((ExecutorService) scheduler);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return scheduler.schedule(Context.current().wrap(task), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return scheduler.schedule(Context.current().wrap(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return scheduler.scheduleAtFixedRate(Context.current().wrap(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return scheduler.scheduleWithFixedDelay(
        Context.current().wrap(task), initialDelay, delay, unit);
  }

  @Override
  public void execute(Runnable task) {
    immediate.execute(task);
  }

  @Override
  public <V> Future<V> submit(Callable<V> task) {
    return immediate.submit(task);
  }

  @Override
  public <V> Future<V> submit(Runnable task, V result) {
    return immediate.submit(task, result);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return immediate.submit(task);
  }

  @Override
  public <V> List<Future<V>> invokeAll(Collection<? extends Callable<V>> tasks)
      throws InterruptedException {
    return immediate.invokeAll(tasks);
  }

  @Override
  public <V> List<Future<V>> invokeAll(
      Collection<? extends Callable<V>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    return immediate.invokeAll(tasks, timeout, unit);
  }

  @Override
  public <V> V invokeAny(Collection<? extends Callable<V>> tasks)
      throws InterruptedException, ExecutionException {
    return immediate.invokeAny(tasks);
  }

  @Override
  public <V> V invokeAny(Collection<? extends Callable<V>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return immediate.invokeAny(tasks, timeout, unit);
  }

  @Override
  public void shutdown() {
    scheduler.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return scheduler.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return scheduler.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return scheduler.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return scheduler.awaitTermination(timeout, unit);
  }
}
