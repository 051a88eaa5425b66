package io.waybill.concurrent;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextTasks.State;
import io.waybill.concurrent.ContextTasks.TaskResult;
import io.waybill.concurrent.ContextTasks.TaskResults;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tasks that are awaited together; the first that fails cancels the others. */
final class Branches<V> {
  private final List<Branch> branches = new ArrayList<>();
  private final CountDownLatch running;
  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

  Branches(Collection<? extends Callable<? extends V>> tasks) {
    tasks.forEach(task -> branches.add(new Branch(new Body<V>(requireNonNull(task, "task")))));
    running = new CountDownLatch(branches.size());
  }

  TaskResults<V> runOn(Executor executor) throws InterruptedException {
    Context here = RequestScope.restoring(Context.current());
    for (Branch branch : branches) {
      try {
        executor.execute(here.wrap(branch));
      } catch (Throwable refused) {
        // Whatever it is, such as an OutOfMemoryError for want of threads: others run already.
        branch.refuse(refused);
      }
    }
    await();
    for (Branch branch : branches) {
      branch.throwIfItsInterruptWasTheCallers();
    }
    return outcomes();
  }

  private void await() throws InterruptedException {
    if (running.getCount() == 0) {
      return; // what is there is not lost by an interrupt
    }
    try {
      running.await();
    } catch (InterruptedException interrupted) {
      cancel();
      awaitUninterruptibly();
      throw interrupted;
    }
  }

  /** A cancelled branch that goes on would be a thread of this request that nobody awaits. */
  private void awaitUninterruptibly() {
    boolean interrupted = false;
    while (running.getCount() > 0) {
      try {
        running.await();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void failed(Throwable failure) {
    if (first.compareAndSet(null, failure)) {
      cancel();
    }
  }

  private void cancel() {
    branches.forEach(branch -> branch.cancel(true));
  }

  private TaskResults<V> outcomes() {
    return new TaskResults<>(branches.stream().map(Branch::outcome).toList(), first.get());
  }

  /** The user's task, and what became of it. Written by the thread that runs it. */
  private static final class Body<V> implements Callable<@Nullable Void> {
    private final Callable<? extends V> task;
    private @Nullable V returned;
    private @Nullable Throwable thrown;
    private boolean ended;
    private @Nullable Thread thread;

    Body(Callable<? extends V> task) {
      this.task = task;
    }

    @Override
    public @Nullable Void call() {
      thread = Thread.currentThread();
      try {
        returned = task.call();
      } catch (Throwable failure) {
        thrown = failure;
      }
      ended = true;
      return null;
    }
  }

  /**
   * Lends the interrupt of a FutureTask: it reaches the task, and never what the thread does next.
   */
  private final class Branch extends FutureTask<@Nullable Void> {
    private final Body<V> body;
    private final AtomicBoolean taken = new AtomicBoolean();

    Branch(Body<V> body) {
      super(body);
      this.body = body;
    }

    @Override
    public void run() {
      if (!taken.compareAndSet(false, true)) {
        return;
      }
      super.run();
      if (isCancelled()) {
        // The interrupt was for the task, and may not be left to whatever this thread does next: it
        // may be the caller's, on which an executor ran the task that it had no thread for.
        boolean unused = Thread.interrupted();
      }
      leave();
    }

    void refuse(Throwable refused) {
      if (taken.compareAndSet(false, true)) {
        body.thrown = refused;
        body.ended = true;
        leave();
      }
    }

    /** Called at the end or at the cancel; a branch that had not begun is over with the cancel. */
    @Override
    protected void done() {
      if (isCancelled() && taken.compareAndSet(false, true)) {
        running.countDown();
      }
    }

    private void leave() {
      Throwable thrown = body.thrown;
      if (thrown != null && !isCancellation(thrown)) {
        failed(thrown);
      }
      running.countDown();
    }

    /** Without an executor, or on one that runs a task where it is handed over. */
    void throwIfItsInterruptWasTheCallers() throws InterruptedException {
      if (body.thread == Thread.currentThread()
          && body.thrown instanceof InterruptedException interrupted
          && !isCancelled()) {
        throw interrupted;
      }
    }

    private boolean isCancellation(Throwable thrown) {
      return isCancelled() && thrown instanceof InterruptedException;
    }

    TaskResult<V> outcome() {
      Throwable thrown = body.thrown;
      if (!body.ended || (thrown != null && isCancellation(thrown))) {
        return new TaskResult<>(State.CANCELLED, null, null);
      }
      return thrown == null
          ? new TaskResult<>(State.SUCCEEDED, body.returned, null)
          : new TaskResult<>(State.FAILED, null, thrown);
    }
  }
}
