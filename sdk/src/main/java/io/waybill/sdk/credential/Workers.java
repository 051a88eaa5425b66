package io.waybill.sdk.credential;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of renewals, those of callers that go on after one, and the one that watches their
 * time. They are daemons and gone a second after the last task, so there is nothing to close.
 */
final class Workers {
  private static final int MOST_RENEWALS = 16;
  // More of them: a user's callback may block, and must not keep others waiting.
  private static final int MOST_CALLERS = 256;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ThreadPoolExecutor renewals = pool(MOST_RENEWALS);
  // Apart: a caller's callback may wait for another caller, who waits for a renewal.
  private final ThreadPoolExecutor callers = pool(MOST_CALLERS);
  private final ScheduledThreadPoolExecutor timer;

  Workers() {
    timer = new ScheduledThreadPoolExecutor(1, Workers::thread);
    timer.setKeepAliveTime(1, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
  }

  private static ThreadPoolExecutor pool(int most) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most, most, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Workers::thread);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Nothing of the thread that asked goes along: neither its Context nor what it lets inherit. */
  private static Thread thread(Runnable task) {
    String name = "waybill-credential-" + NUMBER.incrementAndGet();
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setContextClassLoader(Workers.class.getClassLoader());
    thread.setDaemon(true);
    return thread;
  }

  /** Runs a renewal; to cancel what is returned interrupts it. */
  Future<?> renew(Runnable renewal) {
    return renewals.submit(renewal);
  }

  /** Returns where those go on who have waited. */
  Executor callers() {
    return callers;
  }

  /** Runs {@code task}, which is short and of ours, after {@code delay}. */
  Future<?> after(Duration delay, Runnable task) {
    Duration representable = delay.compareTo(Credential.LONGEST) > 0 ? Credential.LONGEST : delay;
    return timer.schedule(task, representable.toNanos(), TimeUnit.NANOSECONDS);
  }
}
