package io.waybill.sdk;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.ScopedWork;
import io.waybill.concurrent.ContextFuture;
import io.waybill.sdk.internal.scope.BaggageValue;
import io.waybill.sdk.internal.scope.Requests;
import java.util.concurrent.CompletableFuture;
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
  private final Requests requests;
  private final @Nullable BaggageValue[] values;

  RequestBuilder(Requests requests, @Nullable BaggageValue[] values) {
    this.requests = requests;
    this.values = values;
  }

  /**
   * Returns this builder with {@code field} set to {@code value}, identity or attribute.
   *
   * @throws IllegalArgumentException if the field was not declared, or its codec refuses the value
   */
  public <T> RequestBuilder with(BaggageField<T> field, T value) {
    int slot = requests.fields().slot(field);
    @Nullable BaggageValue[] changed = values.clone();
    changed[slot] = BaggageValue.set(field, requireNonNull(value, "value"));
    return new RequestBuilder(requests, changed);
  }

  @Override
  protected <V> CompletableFuture<V> future(Runnable cancel) {
    return new ContextFuture<>(cancel);
  }

  @Override
  protected RequestScope open() {
    return requests.open(values, Context.current());
  }
}
