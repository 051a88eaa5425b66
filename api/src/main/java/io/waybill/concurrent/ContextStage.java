package io.waybill.concurrent;

import io.opentelemetry.context.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ContextFuture#minimalCompletionStage} returns: nobody can complete it or ask it but
 * by the methods of {@link CompletionStage}, as the JDK's.
 */
final class ContextStage<V> extends Continuations<V> {
  private final Context origin;

  private ContextStage(Context origin) {
    this.origin = origin;
  }

  ContextStage(CompletionStage<V> source, Context origin) {
    this(origin);
    var unused = source.whenComplete(this::completeAs);
  }

  private static UnsupportedOperationException minimal() {
    return new UnsupportedOperationException(
        "minimalCompletionStage(): has the methods of CompletionStage only (expected:"
            + " toCompletableFuture() first)");
  }

  @Override
  Context here() {
    return adder(origin);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ContextStage<>(origin);
  }

  @Override
  public CompletionStage<V> minimalCompletionStage() {
    return this;
  }

  @Override
  public CompletableFuture<V> toCompletableFuture() {
    return ContextFuture.of(this);
  }

  @Override
  public boolean complete(@Nullable V value) {
    throw minimal();
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    throw minimal();
  }

  @Override
  public CompletableFuture<V> completeAsync(Supplier<? extends V> supplier) {
    throw minimal();
  }

  @Override
  public CompletableFuture<V> completeAsync(Supplier<? extends V> supplier, Executor executor) {
    throw minimal();
  }

  @Override
  public CompletableFuture<V> completeOnTimeout(@Nullable V value, long timeout, TimeUnit unit) {
    throw minimal();
  }

  @Override
  public CompletableFuture<V> orTimeout(long timeout, TimeUnit unit) {
    throw minimal();
  }

  @Override
  public void obtrudeValue(@Nullable V value) {
    throw minimal();
  }

  @Override
  public void obtrudeException(Throwable failure) {
    throw minimal();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    throw minimal();
  }

  @Override
  public V get() {
    throw minimal();
  }

  @Override
  public V get(long timeout, TimeUnit unit) {
    throw minimal();
  }

  @Override
  public V getNow(@Nullable V absent) {
    throw minimal();
  }

  @Override
  public V join() {
    throw minimal();
  }

  // Of CompletableFuture since JDK 19. So is state(), whose type JDK 17 does not have: it can be
  // asked, and tells nothing of a request.
  @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"}) // on 17 they override nothing
  public V resultNow() {
    throw minimal();
  }

  @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"}) // as above
  public Throwable exceptionNow() {
    throw minimal();
  }

  @Override
  public boolean isDone() {
    throw minimal();
  }

  @Override
  public boolean isCancelled() {
    throw minimal();
  }

  @Override
  public boolean isCompletedExceptionally() {
    throw minimal();
  }

  @Override
  public int getNumberOfDependents() {
    throw minimal();
  }
}
