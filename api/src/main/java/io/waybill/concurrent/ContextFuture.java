package io.waybill.concurrent;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CompletableFuture} whose continuations run in the {@link Context} of whoever adds them,
 * on whatever thread: that of the request that waits, never that of the request that completes it.
 * If whoever adds one has none, it runs in the Context in which this future was made. So do the
 * continuations of the stages made from it.
 *
 * <pre>{@code
 * ContextFuture.supplyAsync(() -> users.find(id), pool).thenApply(this::render);
 * ContextFuture.of(cache.get(id)).thenAccept(this::render); // one future, many requests
 * }</pre>
 *
 * <p><b>Threading.</b> As {@code CompletableFuture}.
 */
public final class ContextFuture<V> extends Continuations<V> {
  private final Context origin;
  private final Runnable breakOff;
  private final boolean obtrudable;

  /** Returns a future that nothing has completed yet. */
  public ContextFuture() {
    this(Context.current(), () -> {}, true);
  }

  /**
   * Returns a future of work that runs elsewhere, which nothing has completed yet. As with the
   * futures of the JDK's HTTP client, what it was completed with stays: {@code obtrudeValue} and
   * {@code obtrudeException} throw {@code UnsupportedOperationException}, here and on the stages
   * made from it.
   *
   * @param breakOff runs at each {@code cancel(true)} of this future or of a stage made from it, to
   *     break off the work behind it
   */
  public ContextFuture(Runnable breakOff) {
    this(Context.current(), requireNonNull(breakOff, "breakOff"), false);
  }

  private ContextFuture(Context origin, Runnable breakOff, boolean obtrudable) {
    this.origin = origin;
    this.breakOff = breakOff;
    this.obtrudable = obtrudable;
  }

  /**
   * Returns a future that is completed as {@code shared} is. To complete or cancel it does nothing
   * to {@code shared}, which others may wait for too.
   */
  public static <V> ContextFuture<V> of(CompletionStage<V> shared) {
    return of(shared, () -> {});
  }

  /**
   * Returns a future that is completed as {@code own} is, and cancels it: for work that nobody else
   * waits for.
   */
  public static <V> ContextFuture<V> cancelling(CompletableFuture<V> own) {
    return of(own, () -> own.cancel(true));
  }

  /** Returns the future of what {@code supplier} returns on the common pool, in this Context. */
  public static <V> ContextFuture<V> supplyAsync(Supplier<V> supplier) {
    return cancelling(
        CompletableFuture.supplyAsync(
            RequestScope.restoring(Context.current()).wrapSupplier(supplier)));
  }

  /** Returns the future of what {@code supplier} returns on {@code executor}, in this Context. */
  public static <V> ContextFuture<V> supplyAsync(Supplier<V> supplier, Executor executor) {
    return cancelling(
        CompletableFuture.supplyAsync(
            RequestScope.restoring(Context.current()).wrapSupplier(supplier), executor));
  }

  /** Returns the future of the end of {@code task} on the common pool, in this Context. */
  public static ContextFuture<Void> runAsync(Runnable task) {
    return cancelling(
        CompletableFuture.runAsync(RequestScope.restoring(Context.current()).wrap(task)));
  }

  /** Returns the future of the end of {@code task} on {@code executor}, in this Context. */
  public static ContextFuture<Void> runAsync(Runnable task, Executor executor) {
    return cancelling(
        CompletableFuture.runAsync(RequestScope.restoring(Context.current()).wrap(task), executor));
  }

  /** Returns a future that has been completed with {@code value}. */
  public static <V> ContextFuture<V> completedFuture(@Nullable V value) {
    return of(CompletableFuture.completedFuture(value));
  }

  /** Returns a future that has been completed with {@code failure}. */
  public static <V> ContextFuture<V> failedFuture(Throwable failure) {
    return of(CompletableFuture.failedFuture(failure));
  }

  /** Returns a stage that has been completed with {@code value}. */
  public static <V> CompletionStage<V> completedStage(@Nullable V value) {
    return ContextFuture.<V>completedFuture(value).minimalCompletionStage();
  }

  /** Returns a stage that has been completed with {@code failure}. */
  public static <V> CompletionStage<V> failedStage(Throwable failure) {
    return ContextFuture.<V>failedFuture(failure).minimalCompletionStage();
  }

  /** Returns a future that is completed when all of {@code futures} are. */
  public static ContextFuture<Void> allOf(CompletableFuture<?>... futures) {
    return of(CompletableFuture.allOf(futures));
  }

  /** Returns a future that is completed as the first of {@code futures} is. */
  public static ContextFuture<Object> anyOf(CompletableFuture<?>... futures) {
    return of(CompletableFuture.anyOf(futures));
  }

  /** Returns an executor that runs tasks on {@code executor} after a delay, in this Context. */
  public static Executor delayedExecutor(long delay, TimeUnit unit, Executor executor) {
    return ContextExecutors.wrap(CompletableFuture.delayedExecutor(delay, unit, executor));
  }

  /** Returns an executor that runs tasks on the common pool after a delay, in this Context. */
  public static Executor delayedExecutor(long delay, TimeUnit unit) {
    return ContextExecutors.wrap(CompletableFuture.delayedExecutor(delay, unit));
  }

  private static <V> ContextFuture<V> of(CompletionStage<V> other, Runnable breakOff) {
    ContextFuture<V> future = new ContextFuture<>(Context.current(), breakOff, true);
    var unused = other.whenComplete(future::completeAs);
    return future;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ContextFuture<>(origin, breakOff, obtrudable);
  }

  @Override
  public void obtrudeValue(@Nullable V value) {
    requireObtrudable("obtrudeValue");
    super.obtrudeValue(value);
  }

  @Override
  public void obtrudeException(Throwable failure) {
    requireObtrudable("obtrudeException");
    super.obtrudeException(failure);
  }

  private void requireObtrudable(String method) {
    if (!obtrudable) {
      throw new UnsupportedOperationException(
          method + "(): the outcome is that of the work behind it (expected: complete(..) before)");
    }
  }

  /** Returns a stage that nobody else can complete, whose continuations run as those from here. */
  @Override
  public CompletionStage<V> minimalCompletionStage() {
    return new ContextStage<>(this, origin);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean isCancelled = super.cancel(mayInterruptIfRunning);
    if (mayInterruptIfRunning) {
      breakOff.run();
    }
    return isCancelled;
  }

  @Override
  Context here() {
    return adder(origin);
  }
}
