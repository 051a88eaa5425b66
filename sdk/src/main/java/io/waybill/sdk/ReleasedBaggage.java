package io.waybill.sdk;

import io.opentelemetry.api.baggage.BaggageEntry;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What one destination gets. */
final class ReleasedBaggage extends OwnBaggage {
  private final List<Entry> entries;

  ReleasedBaggage(List<Entry> entries) {
    this.entries = entries;
  }

  @Override
  @Nullable Entry entry(String name) {
    for (Entry entry : entries) {
      if (entry.name.equals(name)) {
        return entry;
      }
    }
    return null;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super BaggageEntry> each) {
    entries.forEach(entry -> each.accept(entry.name, entry));
  }
}
