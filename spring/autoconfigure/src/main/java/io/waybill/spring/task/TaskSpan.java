package io.waybill.spring.task;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.RequestScope.Task;
import io.waybill.sdk.ScopeFields;
import java.lang.reflect.Method;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The span of a request that a method is: the one that is current already, as that of Spring's
 * observation of scheduled tasks; where there is none, or it is another request's, one of its own.
 */
final class TaskSpan {
  private static final String INSTRUMENTATION = "io.waybill.spring";
  private static final String FUNCTION = "code.function.name";
  private static final String ERROR_TYPE = "error.type";

  private final OpenTelemetry openTelemetry;
  private final Method method;
  private final boolean isOwn;

  private TaskSpan(OpenTelemetry openTelemetry, Method method, boolean isOwn) {
    this.openTelemetry = openTelemetry;
    this.method = method;
    this.isOwn = isOwn;
  }

  /** Returns that of {@code method}, by what is current in front of its request. */
  static TaskSpan of(OpenTelemetry openTelemetry, Method method) {
    boolean isOwn =
        RequestScope.currentOrNull() != null || !Span.current().getSpanContext().isValid();
    return new TaskSpan(openTelemetry, method, isOwn);
  }

  @Nullable Object call(Task<@Nullable Object, Throwable> task) throws Throwable {
    Context context = start();
    try (Scope ignored = RequestScope.restoring(context).makeCurrent()) {
      Object result = task.call();
      end(context, null);
      return result;
    } catch (Throwable failure) {
      end(context, failure);
      throw failure;
    }
  }

  <V> CompletionStage<V> callAsync(Task<CompletionStage<V>, Throwable> task) throws Throwable {
    Context context = start();
    try (Scope ignored = RequestScope.restoring(context).makeCurrent()) {
      return task.call().whenComplete((value, failure) -> end(context, failure));
    } catch (Throwable failure) {
      end(context, failure);
      throw failure;
    }
  }

  private Context start() {
    Context current = Context.current();
    if (!isOwn) {
      return current;
    }
    String type = method.getDeclaringClass().getSimpleName();
    Span span =
        openTelemetry
            .getTracer(INSTRUMENTATION)
            .spanBuilder(type + "." + method.getName())
            .setAttribute(FUNCTION, method.getDeclaringClass().getName() + "." + method.getName())
            .startSpan();
    return current.with(span);
  }

  /** Fields that became known on the way are shown now. */
  private void end(Context context, @Nullable Throwable failure) {
    Span span = Span.fromContext(context);
    RequestScope scope = RequestScope.fromContextOrNull(context);
    if (scope != null) {
      ScopeFields.declared().showOn(span, scope);
    }
    if (isOwn) {
      if (failure != null) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(ERROR_TYPE, cause(failure).getClass().getName());
      }
      span.end();
    }
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }
}
