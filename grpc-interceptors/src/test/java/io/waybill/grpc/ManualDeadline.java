package io.waybill.grpc;

import io.grpc.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A deadline that is over when a test says so, however long a call takes to reach its server. */
final class ManualDeadline implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final Context.CancellableContext timed =
      Context.current().withDeadlineAfter(1, TimeUnit.HOURS, timer);

  /** Makes a call that has this deadline. */
  <V> V call(Callable<V> call) throws Exception {
    return timed.call(call);
  }

  /** Runs what the timer would run at its end. */
  void pass() {
    timer.getQueue().forEach(Runnable::run);
  }

  @Override
  public void close() {
    timed.cancel(null);
    timer.shutdownNow();
  }
}
