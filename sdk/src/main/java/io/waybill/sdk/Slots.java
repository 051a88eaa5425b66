package io.waybill.sdk;

import io.waybill.BaggageField;
import io.waybill.LocalField;
import org.jspecify.annotations.Nullable;

/**
 * The slot of each declared field, found by the field itself: what a typed read costs is this. Open
 * addressing, at most a quarter full, so that the first look is nearly always the last.
 */
final class Slots {
  private final @Nullable Object[] fields;
  private final int[] slots;

  Slots(BaggageField<?>[] carried, LocalField<?>[] kept) {
    int size = Integer.highestOneBit(Math.max(1, carried.length + kept.length)) * 8;
    this.fields = new Object[size];
    this.slots = new int[size];
    for (int slot = 0; slot < carried.length; slot++) {
      enter(carried[slot], carried[slot].hashCode(), slot);
    }
    for (int slot = 0; slot < kept.length; slot++) {
      enter(kept[slot], kept[slot].hashCode(), slot);
    }
  }

  /** Returns the slot of {@code field} among the carried ones, or -1. */
  int of(BaggageField<?> field) {
    return find(field, field.hashCode());
  }

  /** Returns the slot of {@code field} among the kept ones, or -1. */
  int of(LocalField<?> field) {
    return find(field, field.hashCode());
  }

  private int find(Object field, int hash) {
    for (int at = hash & fields.length - 1; ; at = at + 1 & fields.length - 1) {
      Object found = fields[at];
      if (found == field) {
        return slots[at];
      }
      if (found == null) {
        return -1;
      }
    }
  }

  private void enter(Object field, int hash, int slot) {
    int at = hash & fields.length - 1;
    while (fields[at] != null) {
      at = at + 1 & fields.length - 1;
    }
    fields[at] = field;
    slots[at] = slot;
  }
}
