package io.waybill;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A Context that gives the thread back what it held: see {@link RequestScope#restoring}.
 *
 * <p><b>Threading.</b> As the Context that it is made of.
 */
final class RestoringContext implements Context {
  private static final String STRICT = "io.opentelemetry.context.enableStrictContext";

  private final Context context;

  private RestoringContext(Context context) {
    this.context = context;
  }

  static Context of(Context context) {
    return context instanceof RestoringContext ? context : new RestoringContext(context);
  }

  static void close(Scope scope, Context ran, Context before) {
    scope.close();
    Context left = Context.current();
    if (left != before && isOther(left, before) && !isStrict()) {
      restore(before, ran);
    }
  }

  /** Returns whether something was left open: under the Java agent each read is a new object. */
  private static boolean isOther(Context left, Context before) {
    return Context.current() == left || !holdsTheSame(left, before);
  }

  private static boolean holdsTheSame(Context one, Context other) {
    return RequestScope.stored(one) == RequestScope.stored(other)
        && Span.fromContext(one).getSpanContext().equals(Span.fromContext(other).getSpanContext())
        && Baggage.fromContext(one).asMap().equals(Baggage.fromContext(other).asMap());
  }

  private static boolean isStrict() {
    return Boolean.getBoolean(STRICT);
  }

  @SuppressWarnings("MustBeClosedChecker") // it is what the thread held: nothing comes after it
  private static void restore(Context before, Context ran) {
    before.makeCurrent();
    RequestScope scope = RequestScope.stored(ran);
    if (scope != null) {
      scope.leftOpen();
    }
  }

  @Override
  public <V> @Nullable V get(ContextKey<V> key) {
    return context.get(key);
  }

  @Override
  public <V> Context with(ContextKey<V> key, V value) {
    return context.with(key, value);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // it is closed by the one that is returned
  public Scope makeCurrent() {
    Context before = Context.current();
    return new RestoringScope(context.makeCurrent(), context, before);
  }

  private record RestoringScope(Scope scope, Context ran, Context before) implements Scope {
    @Override
    public void close() {
      RestoringContext.close(scope, ran, before);
    }
  }
}
