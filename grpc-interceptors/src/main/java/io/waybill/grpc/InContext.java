package io.waybill.grpc;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import java.util.function.BiConsumer;

/**
 * Runs one callback, or a method of a call, in a Context. Its shape is what lets the JIT compiler
 * prove OpenTelemetry's scope object away, so that a message of a stream allocates nothing
 * (RATIONALE: "Why is there no try-with-resources around callbacks?").
 */
final class InContext {
  private InContext() {}

  /** A method that has two arguments and a result. */
  interface Method<D, A, B, R> {
    R call(D delegate, A first, B second);
  }

  /**
   * Has a method of {@code delegate} called.
   *
   * @param argument the delegate itself where the method has none
   * @param callback captures nothing, since it would be allocated
   */
  @SuppressWarnings("MustBeClosedChecker") // closed below, in the one place that there may be
  static <D, A> void call(Context context, D delegate, A argument, BiConsumer<D, A> callback) {
    Context before = Context.current();
    if (before == context) {
      try {
        callback.accept(delegate, argument);
      } finally {
        RequestScope.restore(Scope.noop(), context, before);
      }
      return;
    }
    Throwable thrown = null;
    Scope scope = context.makeCurrent();
    try {
      callback.accept(delegate, argument);
    } catch (Throwable itsOwn) {
      thrown = itsOwn;
    }
    RequestScope.restore(scope, context, before);
    if (thrown != null) {
      InContext.<RuntimeException>rethrow(thrown);
    }
  }

  /** The same, for what is called once in a call; {@code method} captures nothing either. */
  @SuppressWarnings({"MustBeClosedChecker", "NullAway"}) // as above; null only until it throws
  static <D, A, B, R> R get(
      Context context, D delegate, A first, B second, Method<D, A, B, R> method) {
    Context before = Context.current();
    if (before == context) {
      try {
        return method.call(delegate, first, second);
      } finally {
        RequestScope.restore(Scope.noop(), context, before);
      }
    }
    R result = null;
    Throwable thrown = null;
    Scope scope = context.makeCurrent();
    try {
      result = method.call(delegate, first, second);
    } catch (Throwable itsOwn) {
      thrown = itsOwn;
    }
    RequestScope.restore(scope, context, before);
    if (thrown != null) {
      InContext.<RuntimeException>rethrow(thrown);
    }
    return result;
  }

  /** Throws it as it is: checked exceptions of other languages pass, too. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the compiler believes X
  private static <X extends Throwable> void rethrow(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
