package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.ScopedWork;
import org.jspecify.annotations.Nullable;

/**
 * Opens a request in code, where no server did: a batch job, a message listener, a test.
 *
 * <pre>{@code
 * waybill.request().with(USER, "batch").run(this::nightly);
 * }</pre>
 *
 * <p>The request ends when its task returns or throws, that of {@code callAsync} with its stage.
 * Inside another request it is a new request, which sees nothing of the other.
 *
 * <p><b>Threading.</b> Immutable; each run and call is a request of its own.
 */
public final class RequestBuilder extends ScopedWork {
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

  @Override
  protected RequestScope open() {
    return waybill.ingress().open(entries, Context.current());
  }
}
