package io.waybill;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope.Task;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Work that has a scope of its own, and ends it: a request that is opened in code, or {@link
 * DetachedWork}. Each run, of a wrapped task too, opens a new scope and ends that.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p>Implemented by Waybill alone.
 */
public abstract class ScopedWork {
  /** For {@code io.waybill.sdk}; user code has no reason to extend this class. */
  protected ScopedWork() {}

  /** Runs {@code task}; the scope ends when it returns or throws. */
  public final void run(Runnable task) {
    RequestScope scope = open();
    try (Scope ignored = RequestScope.restoring(scope.enter(Context.current())).makeCurrent()) {
      task.run();
    } finally {
      scope.end();
    }
  }

  /** Returns what {@code task} returns; the scope ends when it returns or throws. */
  public final <V extends @Nullable Object, X extends Throwable> V call(Task<V, X> task) throws X {
    RequestScope scope = open();
    try (Scope ignored = RequestScope.restoring(scope.enter(Context.current())).makeCurrent()) {
      return task.call();
    } finally {
      scope.end();
    }
  }

  /**
   * Returns the future of the stage that {@code task} returns; the scope ends with that stage, just
   * before the future is done, or at once if {@code task} throws. {@code cancel(true)} of the
   * future cancels the stage.
   */
  public final <V, X extends Throwable> CompletableFuture<V> callAsync(
      Task<? extends CompletionStage<V>, X> task) throws X {
    RequestScope scope = open();
    CompletableFuture<V> own;
    try (Scope ignored = RequestScope.restoring(scope.enter(Context.current())).makeCurrent()) {
      own = requireNonNull(task.call(), "stage that the task returns").toCompletableFuture();
    } catch (Throwable noStage) {
      scope.end();
      throw noStage;
    }
    CompletableFuture<V> result = future(() -> own.cancel(true));
    var unused =
        own.whenComplete(
            (value, failure) -> {
              try {
                scope.end();
              } finally { // Whatever the end throws: somebody waits.
                complete(result, value, failure);
              }
            });
    return result;
  }

  private static <V> void complete(
      CompletableFuture<V> result, @Nullable V value, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(value);
    } else {
      result.completeExceptionally(failure);
    }
  }

  /** Returns a task, each run of which is a {@link #run} of {@code task}. */
  public final Runnable wrap(Runnable task) {
    requireNonNull(task, "task");
    return () -> run(task);
  }

  /** Returns a task, each call of which is a {@link #call} of {@code task}. */
  public final <V> Callable<V> wrap(Callable<V> task) {
    requireNonNull(task, "task");
    return () -> call(task::call);
  }

  /**
   * Returns a future whose continuations run in the Context of whoever adds them.
   *
   * @param cancel runs when it is cancelled
   */
  protected abstract <V> CompletableFuture<V> future(Runnable cancel);

  /** Opens a scope for one run. */
  protected abstract RequestScope open();
}
