package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What a view carries, with identity or without; also what the request is identified as later. */
final class ScopeBaggage extends EntriesBaggage {
  private final RequestState state;
  private final @Nullable BaggageValue[] own;
  private final Baggage undeclared;

  ScopeBaggage(RequestState state, @Nullable BaggageValue[] own, Baggage undeclared) {
    this.state = state;
    this.own = own;
    this.undeclared = undeclared;
  }

  @Override
  @Nullable BaggageValue entry(String name) {
    int slot = state.fields().slot(name);
    return slot < 0 ? BaggageValue.ofPlain(undeclared, name) : value(slot);
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super BaggageEntry> each) {
    for (int slot = 0; slot < own.length; slot++) {
      BaggageValue value = value(slot);
      if (value != null) {
        each.accept(value.name, value);
      }
    }
    undeclared.forEach(
        (name, entry) -> {
          if (state.fields().slot(name) < 0) {
            each.accept(name, entry);
          }
        });
  }

  private @Nullable BaggageValue value(int slot) {
    return state.source().mirror().mirrorsIdentity() || !state.fields().isIdentity(slot)
        ? state.value(own, slot)
        : null;
  }
}
