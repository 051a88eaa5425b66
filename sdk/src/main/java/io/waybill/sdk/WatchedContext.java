package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Context that remembers the first span of a kind that is put into it, or into one made of it.
 * Whoever traces a call makes its span current, and this shows it to an adapter further out.
 */
final class WatchedContext implements Context {
  private final Context delegate;
  private final Predicate<Span> isOfCall;
  private final WatchedContext watch;
  // Written by whoever puts a span, read by the adapter after what it watched has returned.
  private volatile @Nullable Span seen;

  WatchedContext(Context delegate, Predicate<Span> isOfCall) {
    this.delegate = delegate;
    this.isOfCall = isOfCall;
    this.watch = this;
  }

  private WatchedContext(Context delegate, WatchedContext watch) {
    this.delegate = delegate;
    this.isOfCall = watch.isOfCall;
    this.watch = watch;
  }

  /** Returns the span of the call if it is still what was watched for, or an invalid one. */
  Span seen() {
    Span span = seen;
    return span != null && isOfCall.test(span) ? span : Span.getInvalid();
  }

  @Override
  public <V> @Nullable V get(ContextKey<V> key) {
    return delegate.get(key);
  }

  @Override
  public <V> Context with(ContextKey<V> key, V value) {
    if (value instanceof Span span && !watch.seen().getSpanContext().isValid()) {
      watch.seen = isOfCall.test(span) ? span : null;
    }
    return new WatchedContext(delegate.with(key, value), watch);
  }

  @Override
  public String toString() {
    return delegate.toString();
  }
}
