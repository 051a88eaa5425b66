package io.waybill.http.jdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A future whose continuations run in the caller's Context, whoever completes it, whenever they are
 * added, and on which executor ever they run. So do those of the stages made from it. {@code
 * cancel(true)} on any of them breaks off the call, as with the future of the JDK's client.
 */
final class CallerFuture<V> extends CompletableFuture<V> {
  private final Context caller;
  private final Runnable breakOff;

  CallerFuture(Context caller, Runnable breakOff) {
    this.caller = caller;
    this.breakOff = breakOff;
  }

  /** Returns a future that is completed as {@code other} is, and cancels it. */
  static <V> CallerFuture<V> of(Context caller, CompletableFuture<V> other) {
    CallerFuture<V> future = new CallerFuture<>(caller, () -> other.cancel(true));
    var unused =
        other.whenComplete(
            (value, failure) -> {
              try (Scope ignored = caller.makeCurrent()) {
                if (failure == null) {
                  future.complete(value);
                } else {
                  future.completeExceptionally(failure);
                }
              }
            });
    return future;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CallerFuture<>(caller, breakOff);
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
  public <U> CompletableFuture<U> thenApply(Function<? super V, ? extends U> function) {
    return super.thenApply(caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenApplyAsync(Function<? super V, ? extends U> function) {
    return super.thenApplyAsync(caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenApplyAsync(
      Function<? super V, ? extends U> function, Executor executor) {
    return super.thenApplyAsync(caller.wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<Void> thenAccept(Consumer<? super V> action) {
    return super.thenAccept(caller.wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> thenAcceptAsync(Consumer<? super V> action) {
    return super.thenAcceptAsync(caller.wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> thenAcceptAsync(Consumer<? super V> action, Executor executor) {
    return super.thenAcceptAsync(caller.wrapConsumer(action), executor);
  }

  @Override
  public CompletableFuture<Void> thenRun(Runnable action) {
    return super.thenRun(caller.wrap(action));
  }

  @Override
  public CompletableFuture<Void> thenRunAsync(Runnable action) {
    return super.thenRunAsync(caller.wrap(action));
  }

  @Override
  public CompletableFuture<Void> thenRunAsync(Runnable action, Executor executor) {
    return super.thenRunAsync(caller.wrap(action), executor);
  }

  @Override
  public <U, R> CompletableFuture<R> thenCombine(
      CompletionStage<? extends U> other, BiFunction<? super V, ? super U, ? extends R> function) {
    return super.thenCombine(other, caller.wrapFunction(function));
  }

  @Override
  public <U, R> CompletableFuture<R> thenCombineAsync(
      CompletionStage<? extends U> other, BiFunction<? super V, ? super U, ? extends R> function) {
    return super.thenCombineAsync(other, caller.wrapFunction(function));
  }

  @Override
  public <U, R> CompletableFuture<R> thenCombineAsync(
      CompletionStage<? extends U> other,
      BiFunction<? super V, ? super U, ? extends R> function,
      Executor executor) {
    return super.thenCombineAsync(other, caller.wrapFunction(function), executor);
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBoth(
      CompletionStage<? extends U> other, BiConsumer<? super V, ? super U> action) {
    return super.thenAcceptBoth(other, caller.wrapConsumer(action));
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBothAsync(
      CompletionStage<? extends U> other, BiConsumer<? super V, ? super U> action) {
    return super.thenAcceptBothAsync(other, caller.wrapConsumer(action));
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBothAsync(
      CompletionStage<? extends U> other,
      BiConsumer<? super V, ? super U> action,
      Executor executor) {
    return super.thenAcceptBothAsync(other, caller.wrapConsumer(action), executor);
  }

  @Override
  public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
    return super.runAfterBoth(other, caller.wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
    return super.runAfterBothAsync(other, caller.wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterBothAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return super.runAfterBothAsync(other, caller.wrap(action), executor);
  }

  @Override
  public <U> CompletableFuture<U> applyToEither(
      CompletionStage<? extends V> other, Function<? super V, U> function) {
    return super.applyToEither(other, caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends V> other, Function<? super V, U> function) {
    return super.applyToEitherAsync(other, caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends V> other, Function<? super V, U> function, Executor executor) {
    return super.applyToEitherAsync(other, caller.wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<Void> acceptEither(
      CompletionStage<? extends V> other, Consumer<? super V> action) {
    return super.acceptEither(other, caller.wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends V> other, Consumer<? super V> action) {
    return super.acceptEitherAsync(other, caller.wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends V> other, Consumer<? super V> action, Executor executor) {
    return super.acceptEitherAsync(other, caller.wrapConsumer(action), executor);
  }

  @Override
  public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
    return super.runAfterEither(other, caller.wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
    return super.runAfterEitherAsync(other, caller.wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return super.runAfterEitherAsync(other, caller.wrap(action), executor);
  }

  @Override
  public <U> CompletableFuture<U> thenCompose(
      Function<? super V, ? extends CompletionStage<U>> function) {
    return super.thenCompose(caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenComposeAsync(
      Function<? super V, ? extends CompletionStage<U>> function) {
    return super.thenComposeAsync(caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenComposeAsync(
      Function<? super V, ? extends CompletionStage<U>> function, Executor executor) {
    return super.thenComposeAsync(caller.wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<V> whenComplete(BiConsumer<? super V, ? super Throwable> action) {
    return super.whenComplete(caller.wrapConsumer(action));
  }

  @Override
  public CompletableFuture<V> whenCompleteAsync(BiConsumer<? super V, ? super Throwable> action) {
    return super.whenCompleteAsync(caller.wrapConsumer(action));
  }

  @Override
  public CompletableFuture<V> whenCompleteAsync(
      BiConsumer<? super V, ? super Throwable> action, Executor executor) {
    return super.whenCompleteAsync(caller.wrapConsumer(action), executor);
  }

  @Override
  public <U> CompletableFuture<U> handle(BiFunction<? super V, Throwable, ? extends U> function) {
    return super.handle(caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> handleAsync(
      BiFunction<? super V, Throwable, ? extends U> function) {
    return super.handleAsync(caller.wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> handleAsync(
      BiFunction<? super V, Throwable, ? extends U> function, Executor executor) {
    return super.handleAsync(caller.wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<V> exceptionally(Function<Throwable, ? extends V> function) {
    return super.exceptionally(caller.wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyAsync(Function<Throwable, ? extends V> function) {
    return super.exceptionallyAsync(caller.wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyAsync(
      Function<Throwable, ? extends V> function, Executor executor) {
    return super.exceptionallyAsync(caller.wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<V> exceptionallyCompose(
      Function<Throwable, ? extends CompletionStage<V>> function) {
    return super.exceptionallyCompose(caller.wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyComposeAsync(
      Function<Throwable, ? extends CompletionStage<V>> function) {
    return super.exceptionallyComposeAsync(caller.wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyComposeAsync(
      Function<Throwable, ? extends CompletionStage<V>> function, Executor executor) {
    return super.exceptionallyComposeAsync(caller.wrapFunction(function), executor);
  }
}
