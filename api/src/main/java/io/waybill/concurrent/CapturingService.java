package io.waybill.concurrent;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An executor service whose tasks run in the Context in which they were handed over. */
class CapturingService implements ExecutorService {
  private final ExecutorService service;

  CapturingService(ExecutorService service) {
    this.service = service;
  }

  private static <V> List<Callable<V>> wrap(Collection<? extends Callable<V>> tasks) {
    Context here = RequestScope.restoring(Context.current());
    return tasks.stream().<Callable<V>>map(here::wrap).toList();
  }

  @Override
  public void execute(Runnable task) {
    service.execute(RequestScope.restoring(Context.current()).wrap(task));
  }

  @Override
  public <V> Future<V> submit(Callable<V> task) {
    return service.submit(RequestScope.restoring(Context.current()).wrap(task));
  }

  @Override
  public <V> Future<V> submit(Runnable task, V result) {
    return service.submit(RequestScope.restoring(Context.current()).wrap(task), result);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return service.submit(RequestScope.restoring(Context.current()).wrap(task));
  }

  @Override
  public <V> List<Future<V>> invokeAll(Collection<? extends Callable<V>> tasks)
      throws InterruptedException {
    return service.invokeAll(wrap(tasks));
  }

  @Override
  public <V> List<Future<V>> invokeAll(
      Collection<? extends Callable<V>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    return service.invokeAll(wrap(tasks), timeout, unit);
  }

  @Override
  public <V> V invokeAny(Collection<? extends Callable<V>> tasks)
      throws InterruptedException, ExecutionException {
    return service.invokeAny(wrap(tasks));
  }

  @Override
  public <V> V invokeAny(Collection<? extends Callable<V>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return service.invokeAny(wrap(tasks), timeout, unit);
  }

  @Override
  public void shutdown() {
    service.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return service.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return service.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return service.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return service.awaitTermination(timeout, unit);
  }
}
