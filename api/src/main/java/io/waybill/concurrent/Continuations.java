package io.waybill.concurrent;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Each way to add a continuation, with the Context that it runs in. */
abstract class Continuations<V> extends CompletableFuture<V> {

  /** Returns the Context in which what is added now runs. */
  abstract Context here();

  /** Returns the Context of whoever adds something now, or {@code origin} if he has none. */
  static Context adder(Context origin) {
    Context adder = Context.current();
    return RequestScope.restoring(adder == Context.root() ? origin : adder);
  }

  /** Completes this as a stage was, with what {@code whenComplete} tells of it. */
  final void completeAs(@Nullable V value, @Nullable Throwable failure) {
    if (failure == null) {
      super.complete(value);
    } else {
      super.completeExceptionally(failure);
    }
  }

  @Override
  public CompletableFuture<V> completeAsync(Supplier<? extends V> supplier) {
    return super.completeAsync(here().wrapSupplier(supplier));
  }

  @Override
  public CompletableFuture<V> completeAsync(Supplier<? extends V> supplier, Executor executor) {
    return super.completeAsync(here().wrapSupplier(supplier), executor);
  }

  @Override
  public <U> CompletableFuture<U> thenApply(Function<? super V, ? extends U> function) {
    return super.thenApply(here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenApplyAsync(Function<? super V, ? extends U> function) {
    return super.thenApplyAsync(here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenApplyAsync(
      Function<? super V, ? extends U> function, Executor executor) {
    return super.thenApplyAsync(here().wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<Void> thenAccept(Consumer<? super V> action) {
    return super.thenAccept(here().wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> thenAcceptAsync(Consumer<? super V> action) {
    return super.thenAcceptAsync(here().wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> thenAcceptAsync(Consumer<? super V> action, Executor executor) {
    return super.thenAcceptAsync(here().wrapConsumer(action), executor);
  }

  @Override
  public CompletableFuture<Void> thenRun(Runnable action) {
    return super.thenRun(here().wrap(action));
  }

  @Override
  public CompletableFuture<Void> thenRunAsync(Runnable action) {
    return super.thenRunAsync(here().wrap(action));
  }

  @Override
  public CompletableFuture<Void> thenRunAsync(Runnable action, Executor executor) {
    return super.thenRunAsync(here().wrap(action), executor);
  }

  @Override
  public <U, R> CompletableFuture<R> thenCombine(
      CompletionStage<? extends U> other, BiFunction<? super V, ? super U, ? extends R> function) {
    return super.thenCombine(other, here().wrapFunction(function));
  }

  @Override
  public <U, R> CompletableFuture<R> thenCombineAsync(
      CompletionStage<? extends U> other, BiFunction<? super V, ? super U, ? extends R> function) {
    return super.thenCombineAsync(other, here().wrapFunction(function));
  }

  @Override
  public <U, R> CompletableFuture<R> thenCombineAsync(
      CompletionStage<? extends U> other,
      BiFunction<? super V, ? super U, ? extends R> function,
      Executor executor) {
    return super.thenCombineAsync(other, here().wrapFunction(function), executor);
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBoth(
      CompletionStage<? extends U> other, BiConsumer<? super V, ? super U> action) {
    return super.thenAcceptBoth(other, here().wrapConsumer(action));
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBothAsync(
      CompletionStage<? extends U> other, BiConsumer<? super V, ? super U> action) {
    return super.thenAcceptBothAsync(other, here().wrapConsumer(action));
  }

  @Override
  public <U> CompletableFuture<Void> thenAcceptBothAsync(
      CompletionStage<? extends U> other,
      BiConsumer<? super V, ? super U> action,
      Executor executor) {
    return super.thenAcceptBothAsync(other, here().wrapConsumer(action), executor);
  }

  @Override
  public CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
    return super.runAfterBoth(other, here().wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
    return super.runAfterBothAsync(other, here().wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterBothAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return super.runAfterBothAsync(other, here().wrap(action), executor);
  }

  @Override
  public <U> CompletableFuture<U> applyToEither(
      CompletionStage<? extends V> other, Function<? super V, U> function) {
    return super.applyToEither(other, here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends V> other, Function<? super V, U> function) {
    return super.applyToEitherAsync(other, here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> applyToEitherAsync(
      CompletionStage<? extends V> other, Function<? super V, U> function, Executor executor) {
    return super.applyToEitherAsync(other, here().wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<Void> acceptEither(
      CompletionStage<? extends V> other, Consumer<? super V> action) {
    return super.acceptEither(other, here().wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends V> other, Consumer<? super V> action) {
    return super.acceptEitherAsync(other, here().wrapConsumer(action));
  }

  @Override
  public CompletableFuture<Void> acceptEitherAsync(
      CompletionStage<? extends V> other, Consumer<? super V> action, Executor executor) {
    return super.acceptEitherAsync(other, here().wrapConsumer(action), executor);
  }

  @Override
  public CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
    return super.runAfterEither(other, here().wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
    return super.runAfterEitherAsync(other, here().wrap(action));
  }

  @Override
  public CompletableFuture<Void> runAfterEitherAsync(
      CompletionStage<?> other, Runnable action, Executor executor) {
    return super.runAfterEitherAsync(other, here().wrap(action), executor);
  }

  @Override
  public <U> CompletableFuture<U> thenCompose(
      Function<? super V, ? extends CompletionStage<U>> function) {
    return super.thenCompose(here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenComposeAsync(
      Function<? super V, ? extends CompletionStage<U>> function) {
    return super.thenComposeAsync(here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> thenComposeAsync(
      Function<? super V, ? extends CompletionStage<U>> function, Executor executor) {
    return super.thenComposeAsync(here().wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<V> whenComplete(BiConsumer<? super V, ? super Throwable> action) {
    return super.whenComplete(here().wrapConsumer(action));
  }

  @Override
  public CompletableFuture<V> whenCompleteAsync(BiConsumer<? super V, ? super Throwable> action) {
    return super.whenCompleteAsync(here().wrapConsumer(action));
  }

  @Override
  public CompletableFuture<V> whenCompleteAsync(
      BiConsumer<? super V, ? super Throwable> action, Executor executor) {
    return super.whenCompleteAsync(here().wrapConsumer(action), executor);
  }

  @Override
  public <U> CompletableFuture<U> handle(BiFunction<? super V, Throwable, ? extends U> function) {
    return super.handle(here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> handleAsync(
      BiFunction<? super V, Throwable, ? extends U> function) {
    return super.handleAsync(here().wrapFunction(function));
  }

  @Override
  public <U> CompletableFuture<U> handleAsync(
      BiFunction<? super V, Throwable, ? extends U> function, Executor executor) {
    return super.handleAsync(here().wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<V> exceptionally(Function<Throwable, ? extends V> function) {
    return super.exceptionally(here().wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyAsync(Function<Throwable, ? extends V> function) {
    return super.exceptionallyAsync(here().wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyAsync(
      Function<Throwable, ? extends V> function, Executor executor) {
    return super.exceptionallyAsync(here().wrapFunction(function), executor);
  }

  @Override
  public CompletableFuture<V> exceptionallyCompose(
      Function<Throwable, ? extends CompletionStage<V>> function) {
    return super.exceptionallyCompose(here().wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyComposeAsync(
      Function<Throwable, ? extends CompletionStage<V>> function) {
    return super.exceptionallyComposeAsync(here().wrapFunction(function));
  }

  @Override
  public CompletableFuture<V> exceptionallyComposeAsync(
      Function<Throwable, ? extends CompletionStage<V>> function, Executor executor) {
    return super.exceptionallyComposeAsync(here().wrapFunction(function), executor);
  }
}
