package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a view carries, as plain OpenTelemetry code sees it: nothing is copied to be looked at.
 * Identity is in it where it is mirrored, also what the request was identified as later.
 */
final class CarriedBaggage implements Baggage {
  private final View view;

  CarriedBaggage(View view) {
    this.view = view;
  }

  private Fields fields() {
    return view.state().fields();
  }

  private @Nullable Entry entry(int slot) {
    boolean hidden = fields().isIdentity(slot) && !view.border().mirror().mirrorsIdentity();
    return hidden ? null : view.entry(slot);
  }

  @Override
  public @Nullable BaggageEntry getEntry(String name) {
    int slot = fields().slot(name);
    return slot < 0 ? view.undeclared().getEntry(name) : entry(slot);
  }

  @Override
  public @Nullable String getEntryValue(String name) {
    int slot = fields().slot(name);
    if (slot < 0) {
      return view.undeclared().getEntryValue(name);
    }
    Entry entry = entry(slot);
    return entry == null ? null : entry.text;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super BaggageEntry> each) {
    for (int slot = 0; slot < fields().size(); slot++) {
      Entry entry = entry(slot);
      if (entry != null) {
        each.accept(entry.name, entry);
      }
    }
    view.undeclared()
        .forEach(
            (name, entry) -> {
              if (fields().slot(name) < 0) {
                each.accept(name, entry);
              }
            });
  }

  @Override
  public int size() {
    return asMap().size();
  }

  @Override
  public Map<String, BaggageEntry> asMap() {
    Map<String, BaggageEntry> map = new LinkedHashMap<>();
    forEach(map::put);
    return Collections.unmodifiableMap(map);
  }

  @Override
  public BaggageBuilder toBuilder() {
    BaggageBuilder builder = Baggage.builder();
    forEach((name, entry) -> builder.put(name, entry.getValue(), entry.getMetadata()));
    return builder;
  }

  /** Returns whether {@code other}, a copy that some storage made, says the same. */
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

  private static boolean isSame(BaggageEntry one, @Nullable BaggageEntry other) {
    return other != null
        && one.getValue().equals(other.getValue())
        && one.getMetadata().getValue().equals(other.getMetadata().getValue());
  }

  /** Returns the number of entries, and no value. */
  @Override
  public String toString() {
    return "Baggage[" + size() + "]";
  }
}
