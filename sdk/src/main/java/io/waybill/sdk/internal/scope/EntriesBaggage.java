package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What plain OpenTelemetry code sees of entries that we keep elsewhere: a look, not a copy. */
abstract class EntriesBaggage implements Baggage {

  abstract @Nullable BaggageValue entry(String name);

  @Override
  public abstract void forEach(BiConsumer<? super String, ? super BaggageEntry> each);

  @Override
  public final @Nullable BaggageEntry getEntry(String name) {
    return entry(name);
  }

  @Override
  public final @Nullable String getEntryValue(String name) {
    BaggageValue entry = entry(name);
    return entry == null ? null : entry.text;
  }

  @Override
  public final int size() {
    return asMap().size();
  }

  @Override
  public final Map<String, BaggageEntry> asMap() {
    Map<String, BaggageEntry> map = new LinkedHashMap<>();
    forEach(map::put);
    return Collections.unmodifiableMap(map);
  }

  @Override
  public final BaggageBuilder toBuilder() {
    BaggageBuilder builder = Baggage.builder();
    forEach((name, entry) -> builder.put(name, entry.getValue(), entry.getMetadata()));
    return builder;
  }

  /** Returns whether {@code one} and {@code other}, a copy that a storage made, say the same. */
  static boolean isSame(Baggage one, Baggage other) {
    if (one == other) {
      return true;
    }
    Map<String, BaggageEntry> ones = one.asMap();
    Map<String, BaggageEntry> others = other.asMap();
    return ones.size() == others.size()
        && ones.entrySet().stream()
            .allMatch(entry -> isSame(entry.getValue(), others.get(entry.getKey())));
  }

  static boolean isSame(BaggageEntry one, @Nullable BaggageEntry other) {
    return other != null
        && one.getValue().equals(other.getValue())
        && one.getMetadata().getValue().equals(other.getMetadata().getValue());
  }

  /** Returns the number of entries, and no value. */
  @Override
  public final String toString() {
    return "Baggage[" + size() + "]";
  }
}
