package io.waybill.sdk;

import io.opentelemetry.api.common.AttributeKey;
import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.wire.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The fields that set-up declared, each with a slot: identity fields first, then attributes, each
 * in the order of declaration, which is also their priority on the wire.
 */
final class Fields {
  private final BaggageField<?>[] carried;
  private final FieldRule[] rules;
  private final List<AttributeKey<String>> attributeKeys = new ArrayList<>();
  private final int identities;
  private final LocalField<?>[] kept;
  private final Slots slots;
  // Open addressing by the hash of the name; each entry is a slot + 1.
  private final int[] slotsByName;

  Fields(Map<BaggageField<?>, FieldRule> declared, List<LocalField<?>> kept) {
    List<BaggageField<?>> ordered = new ArrayList<>();
    declared.keySet().stream().filter(BaggageField::isIdentity).forEach(ordered::add);
    identities = ordered.size();
    declared.keySet().stream().filter(field -> !field.isIdentity()).forEach(ordered::add);
    this.carried = ordered.toArray(new BaggageField<?>[0]);
    this.rules = ordered.stream().map(declared::get).toArray(FieldRule[]::new);
    this.kept = kept.toArray(new LocalField<?>[0]);
    this.slots = new Slots(carried, this.kept);
    this.slotsByName = new int[Integer.highestOneBit(Math.max(1, carried.length)) * 8];
    for (int slot = 0; slot < carried.length; slot++) {
      attributeKeys.add(AttributeKey.stringKey(carried[slot].name()));
      enter(carried[slot].name(), slot);
    }
  }

  int size() {
    return carried.length;
  }

  int identities() {
    return identities;
  }

  int locals() {
    return kept.length;
  }

  boolean isIdentity(int slot) {
    return slot < identities;
  }

  BaggageField<?> field(int slot) {
    return carried[slot];
  }

  LocalField<?> local(int slot) {
    return kept[slot];
  }

  String name(int slot) {
    return carried[slot].name();
  }

  FieldRule rule(int slot) {
    return rules[slot];
  }

  AttributeKey<String> attributeKey(int slot) {
    return attributeKeys.get(slot);
  }

  /** Returns the slot of {@code field}; throws if it was not declared. */
  int slot(BaggageField<?> field) {
    int slot = slotOrNone(field);
    if (slot < 0) {
      throw undeclared(field, "carry");
    }
    return slot;
  }

  /** Returns the slot of {@code field}, or -1 if it was not declared. */
  int slotOrNone(BaggageField<?> field) {
    return slots.of(field);
  }

  /** Returns the slot of {@code field}; throws if it was not declared. */
  int slot(LocalField<?> field) {
    int slot = slots.of(field);
    if (slot < 0) {
      throw undeclared(field, "keep");
    }
    return slot;
  }

  /** Returns the slot of the field named {@code name}, or -1. */
  int slot(String name) {
    for (int at = home(name.hashCode()); slotsByName[at] != 0; at = next(at)) {
      int slot = slotsByName[at] - 1;
      if (carried[slot].name().equals(name)) {
        return slot;
      }
    }
    return -1;
  }

  /** Returns the slot of the field that member {@code i} is named after, or -1. */
  int slot(Members members, int i) {
    for (int at = home(members.nameHash(i)); slotsByName[at] != 0; at = next(at)) {
      int slot = slotsByName[at] - 1;
      if (members.isNamed(i, carried[slot].name())) {
        return slot;
      }
    }
    return -1;
  }

  private void enter(String name, int slot) {
    int at = home(name.hashCode());
    while (slotsByName[at] != 0) {
      at = next(at);
    }
    slotsByName[at] = slot + 1;
  }

  private int home(int hash) {
    return (hash ^ hash >>> 16) & slotsByName.length - 1;
  }

  private int next(int at) {
    return at + 1 & slotsByName.length - 1;
  }

  private static IllegalArgumentException undeclared(Object field, String method) {
    return new IllegalArgumentException(
        field + ": not declared (expected: Waybill.builder(..)." + method + "(field) at set-up)");
  }
}
