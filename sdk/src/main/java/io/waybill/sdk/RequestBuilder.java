package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.RequestScope.Task;
import org.jspecify.annotations.Nullable;

/**
 * Opens a request in code, where no server did: a batch job, a message listener, a test.
 *
 * <pre>{@code
 * waybill.request().with(USER, "batch").run(this::nightly);
 * }</pre>
 *
 * <p>The request ends when its task returns or throws. Inside another request it is a new request,
 * which sees nothing of the other.
 *
 * <p><b>Threading.</b> Immutable; each {@code run} and {@code call} is a request of its own.
 */
public final class RequestBuilder {
  private final Waybill waybill;
  private final @Nullable Entry[] entries;

  RequestBuilder(Waybill waybill, @Nullable Entry[] entries) {
    this.waybill = waybill;
    this.entries = entries;
  }

  /**
   * Returns this builder with {@code field} set to {@code value}, identity or attribute.
   *
   * @throws IllegalArgumentException if the field was not declared, or its codec refuses the value
   */
  public <T> RequestBuilder with(BaggageField<T> field, T value) {
    int slot = waybill.fields().slot(field);
    @Nullable Entry[] changed = entries.clone();
    changed[slot] = Entry.set(field, requireNonNull(value, "value"));
    return new RequestBuilder(waybill, changed);
  }

  /** Runs {@code task} as a request. */
  public void run(Runnable task) {
    View view = waybill.open(entries);
    try (Scope ignored = view.state().context().makeCurrent()) {
      task.run();
    } finally {
      view.state().end();
    }
  }

  /** Returns what {@code task} returns, run as a request. */
  public <V extends @Nullable Object, X extends Throwable> V call(Task<V, X> task) throws X {
    View view = waybill.open(entries);
    try (Scope ignored = view.state().context().makeCurrent()) {
      return task.call();
    } finally {
      view.state().end();
    }
  }
}
