package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.sdk.internal.wire.Members;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The received members that no field declares, as they came in; decoded if somebody asks. */
public final class UndeclaredBaggage extends EntriesBaggage {
  private final Fields fields;
  private final Members members;
  private final int count;

  /** Creates a look at the {@code count} of {@code members} that no field declares. */
  public UndeclaredBaggage(Fields fields, Members members, int count) {
    this.fields = fields;
    this.members = members;
    this.count = count;
  }

  /** Returns how many there are. */
  public int count() {
    return count;
  }

  @Override
  @Nullable BaggageValue entry(String name) {
    int i = fields.slot(name) < 0 ? members.indexOf(name) : -1;
    return i < 0 ? null : BaggageValue.foreign(members, i);
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super BaggageEntry> each) {
    for (int i = 0; i < members.size(); i++) {
      if (fields.slot(members, i) < 0) {
        BaggageValue entry = BaggageValue.foreign(members, i);
        each.accept(entry.name, entry);
      }
    }
  }
}
