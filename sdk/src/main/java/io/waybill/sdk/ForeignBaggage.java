package io.waybill.sdk;

import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.sdk.wire.Members;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The received members that no field declares, as they came in; decoded if somebody asks. */
final class ForeignBaggage extends OwnBaggage {
  private final Fields fields;
  private final Members members;
  private final int count;

  ForeignBaggage(Fields fields, Members members, int count) {
    this.fields = fields;
    this.members = members;
    this.count = count;
  }

  /** Returns how many there are. */
  int count() {
    return count;
  }

  @Override
  @Nullable Entry entry(String name) {
    int i = fields.slot(name) < 0 ? members.indexOf(name) : -1;
    return i < 0 ? null : Entry.foreign(members, i);
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super BaggageEntry> each) {
    for (int i = 0; i < members.size(); i++) {
      if (fields.slot(members, i) < 0) {
        Entry entry = Entry.foreign(members, i);
        each.accept(entry.name, entry);
      }
    }
  }
}
