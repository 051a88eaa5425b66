package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.DetachedWork;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextFuture;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.Destroyable;
import org.jspecify.annotations.Nullable;

/** Opens scopes that hold what was chosen of a view, and nothing else of its request. */
final class Detached extends DetachedWork {
  private final RequestState of;
  private final Context trace;
  // By slot and by cell, as they were when the work was detached.
  private final @Nullable BaggageValue[] values;
  private final @Nullable Object[] granted;

  private Detached(
      RequestState of, Context trace, @Nullable BaggageValue[] values, @Nullable Object[] granted) {
    this.of = of;
    this.trace = trace;
    this.values = values;
    this.granted = granted;
  }

  /**
   * Returns work of the request {@code of}.
   *
   * @param from the Context of the request in which it is detached
   * @param values by slot, what the work carries
   */
  static Detached of(RequestState of, Context from, @Nullable BaggageValue[] values) {
    // The ids only: the span itself will have ended, and nobody should write to it.
    Span span = Span.wrap(Span.fromContext(from).getSpanContext());
    Context trace = Context.root().with(span);
    return new Detached(of, trace, values, new Object[of.fields().cells()]);
  }

  @Override
  public DetachedWork grant(LocalField<?>... chosen) {
    Fields fields = of.fields();
    @Nullable Object[] more = granted.clone();
    for (LocalField<?> field : chosen) {
      int cell = fields.cell(field);
      more[cell] = copy(field, of.local(cell));
      // Throws if the request ended during the copy, which may hold half a secret then. The fence
      // keeps the reads of the copy in front of that look.
      VarHandle.acquireFence();
      var unused = of.local(cell);
    }
    return new Detached(of, trace, values, more);
  }

  @Override
  protected <V> CompletableFuture<V> future(Runnable cancel) {
    return new ContextFuture<>(cancel);
  }

  @Override
  protected RequestScope open() {
    RequestScope scope = of.source().open(values, trace);
    Fields fields = of.fields();
    for (int cell = fields.identities(); cell < granted.length; cell++) {
      set(scope, fields.local(cell), copy(fields.local(cell), granted[cell]));
    }
    return scope;
  }

  @SuppressWarnings("unchecked") // what was granted is a value of this field
  private static <T> void set(RequestScope scope, LocalField<T> field, @Nullable Object value) {
    if (value != null) {
      scope.set(field, (T) value);
    }
  }

  /** What one scope wipes at its end must not be another's. */
  private static @Nullable Object copy(LocalField<?> field, @Nullable Object value) {
    if (!field.isSecret()) {
      return value;
    }
    if (value instanceof char[] chars) {
      return chars.clone();
    }
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (value instanceof Destroyable) {
      throw new IllegalArgumentException(
          field
              + ": can't be granted, the request destroys its value at the end (expected: set a new"
              + " one inside the detached work)");
    }
    return value;
  }
}
