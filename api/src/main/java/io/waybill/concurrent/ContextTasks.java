package io.waybill.concurrent;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Several tasks of one request, one after the other or at once, and how each of them ended.
 *
 * <pre>{@code
 * List<Price> prices = ContextTasks.parallel(pool, () -> ours(item), () -> theirs(item)).values();
 * }</pre>
 *
 * <p>All tasks run in the Context of the caller, and when a method here returns or throws, none of
 * them is running any more. The first failure cancels the tasks that have not ended: those that
 * have not begun never do, and those that run are interrupted.
 *
 * <p><b>Errors.</b> What a task throws is an outcome, not an exception here. If the caller is
 * interrupted, the tasks are cancelled and {@link InterruptedException} is thrown.
 *
 * <p><b>Threading.</b> {@code parallel} blocks until the tasks have ended: its caller may not hold
 * the last thread of the pool that it hands them to. It waits for a task that the pool drops
 * without a word ({@code DiscardPolicy}, {@code shutdownNow}) until it is interrupted.
 */
public final class ContextTasks {
  private ContextTasks() {}

  /** How a task ended. */
  public enum State {
    /** It returned. */
    SUCCEEDED,
    /** It threw, or the executor refused it. */
    FAILED,
    /** It never began, or was interrupted, since another one had failed. */
    CANCELLED
  }

  /**
   * How one task ended.
   *
   * @param value what it returned; null unless it succeeded
   * @param failure what it threw; null unless it failed
   */
  public record TaskResult<V>(State state, @Nullable V value, @Nullable Throwable failure) {
    /** Returns the state; a value may be somebody's, and a message may hold one. */
    @Override
    public String toString() {
      return "TaskResult[" + state + "]";
    }
  }

  /** How all tasks ended, in the order in which they were given. */
  public static final class TaskResults<V> {
    private final List<TaskResult<V>> all;
    private final @Nullable Throwable first;

    TaskResults(List<TaskResult<V>> all, @Nullable Throwable first) {
      this.all = List.copyOf(all);
      this.first = first;
    }

    /** Returns an outcome for each task, in order. */
    public List<TaskResult<V>> all() {
      return all;
    }

    /**
     * Returns what the tasks returned, in order.
     *
     * @throws ExecutionException if one failed; its cause is the failure that came first, and it
     *     has those of other tasks as suppressed exceptions
     */
    public List<V> values() throws ExecutionException {
      if (first != null) {
        throw failed(first);
      }
      List<V> values = new ArrayList<>(all.size());
      all.forEach(outcome -> values.add(outcome.value()));
      return values;
    }

    private ExecutionException failed(Throwable cause) {
      ExecutionException failed = new ExecutionException("a task of the request failed", cause);
      for (TaskResult<V> outcome : all) {
        Throwable other = outcome.failure();
        if (other != null && other != cause) {
          failed.addSuppressed(other);
        }
      }
      return failed;
    }
  }

  /** Runs {@code tasks} one after the other on this thread, up to the first that fails. */
  public static <V> TaskResults<V> sequential(Collection<? extends Callable<? extends V>> tasks)
      throws InterruptedException {
    return new Branches<V>(tasks).runOn(Runnable::run);
  }

  /** Runs {@code tasks} one after the other on this thread, up to the first that fails. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is copied, and goes nowhere else
  public static <V> TaskResults<V> sequential(Callable<? extends V>... tasks)
      throws InterruptedException {
    return sequential(List.of(tasks));
  }

  /** Runs {@code tasks} at once on {@code executor}, as far as it has threads, and awaits them. */
  public static <V> TaskResults<V> parallel(
      Executor executor, Collection<? extends Callable<? extends V>> tasks)
      throws InterruptedException {
    return new Branches<V>(tasks).runOn(requireNonNull(executor, "executor"));
  }

  /** Runs {@code tasks} at once on {@code executor}, as far as it has threads, and awaits them. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is copied, and goes nowhere else
  public static <V> TaskResults<V> parallel(Executor executor, Callable<? extends V>... tasks)
      throws InterruptedException {
    return parallel(executor, List.of(tasks));
  }
}
