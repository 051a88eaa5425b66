package io.waybill.sdk.internal.scope;

import io.waybill.sdk.internal.wire.Members;
import org.jspecify.annotations.Nullable;

/**
 * Where each declared field is kept, found by the field itself or by a name it travels under: what
 * a typed read costs is this. Open addressing, at most a quarter full, so that the first look is
 * nearly always the last.
 */
final class FieldIndex {
  private final @Nullable Object[] keys;
  private final int[] positions;

  /** Creates an index with room for {@code size} keys. */
  FieldIndex(int size) {
    int room = Integer.highestOneBit(Math.max(1, size)) * 8;
    this.keys = new Object[room];
    this.positions = new int[room];
  }

  void put(Object field, int position) {
    put(field, field.hashCode(), position);
  }

  void put(String name, int position) {
    put(name, Members.nameHash(name), position);
  }

  /** Returns the position of {@code field}, or -1. */
  int of(Object field) {
    for (int at = home(field.hashCode()); ; at = next(at)) {
      Object key = keys[at];
      if (key == field) {
        return positions[at];
      }
      if (key == null) {
        return -1;
      }
    }
  }

  /** Returns the position of the field named {@code name}, or -1. */
  int of(String name) {
    for (int at = home(Members.nameHash(name)); ; at = next(at)) {
      Object key = keys[at];
      if (key == null) {
        return -1;
      }
      if (key.equals(name)) {
        return positions[at];
      }
    }
  }

  /** Returns the position of the field that member {@code i} is named after, or -1. */
  int of(Members members, int i) {
    for (int at = home(members.nameHash(i)); ; at = next(at)) {
      Object key = keys[at];
      if (key == null) {
        return -1;
      }
      if (key instanceof String name && members.isNamed(i, name)) {
        return positions[at];
      }
    }
  }

  private void put(Object key, int hash, int position) {
    int at = home(hash);
    while (keys[at] != null) {
      at = next(at);
    }
    keys[at] = key;
    positions[at] = position;
  }

  private int home(int hash) {
    return hash & keys.length - 1;
  }

  private int next(int at) {
    return at + 1 & keys.length - 1;
  }
}
