package io.waybill.sdk;

import io.opentelemetry.api.common.AttributeKey;
import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.wire.Members;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that set-up declared, each with a slot: identity fields first, then attributes, each
 * in the order of declaration, which is also their priority on the wire.
 */
final class Fields {
  private final BaggageField<?>[] carried;
  private final FieldRule[] rules;
  private final List<AttributeKey<String>> attributeKeys = new ArrayList<>();
  private final int identities;
  private final boolean haveAliases;
  private final LocalField<?>[] kept;
  private final Slots slots;
  // The fields' names by slot, and then the other names that some are received as.
  private final List<String> names = new ArrayList<>();
  private final List<Integer> slotsOfOtherNames = new ArrayList<>();
  // Open addressing by Members.nameHash; each entry is an index of names + 1.
  private final int[] indexByName;
  private final int[] claims;

  Fields(Map<BaggageField<?>, FieldRule> declared, List<LocalField<?>> kept) {
    List<BaggageField<?>> ordered = new ArrayList<>();
    declared.keySet().stream().filter(BaggageField::isIdentity).forEach(ordered::add);
    identities = ordered.size();
    declared.keySet().stream().filter(field -> !field.isIdentity()).forEach(ordered::add);
    this.carried = ordered.toArray(new BaggageField<?>[0]);
    this.rules = ordered.stream().map(declared::get).toArray(FieldRule[]::new);
    this.haveAliases = Arrays.stream(rules).anyMatch(rule -> rule.alias() != null);
    this.kept = kept.toArray(new LocalField<?>[0]);
    this.slots = new Slots(carried, this.kept);
    this.claims = new int[carried.length];
    for (BaggageField<?> field : carried) {
      attributeKeys.add(AttributeKey.stringKey(field.name()));
      names.add(field.name());
    }
    for (int slot = 0; slot < carried.length; slot++) {
      String otherName = rules[slot].receivedAs();
      if (otherName != null) {
        names.add(otherName);
        slotsOfOtherNames.add(slot);
      }
      BaggageField<?> claim = rules[slot].demotedTo();
      claims[slot] = claim == null ? -1 : slot(claim);
    }
    this.indexByName = new int[Integer.highestOneBit(Math.max(1, names.size())) * 8];
    for (int index = 0; index < names.size(); index++) {
      enter(names.get(index), index);
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

  /** Returns whether any field has a header of its own. */
  boolean haveAliases() {
    return haveAliases;
  }

  AttributeKey<String> attributeKey(int slot) {
    return attributeKeys.get(slot);
  }

  /** Returns what telemetry shows of {@code entry} in {@code slot}, or null for nothing. */
  @Nullable String shown(int slot, @Nullable Entry entry) {
    return entry == null ? null : rules[slot].shown().of(entry.text);
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

  /** Returns the slot of the attribute that a claim of {@code slot} is demoted to, or -1. */
  int claim(int slot) {
    return claims[slot];
  }

  /** Returns the slot of the field named {@code name}, or received as that, or -1. */
  int slot(String name) {
    for (int at = home(Members.nameHash(name)); indexByName[at] != 0; at = next(at)) {
      int index = indexByName[at] - 1;
      if (names.get(index).equals(name)) {
        return slotOf(index);
      }
    }
    return -1;
  }

  /** Returns the slot of the field that member {@code i} is named after, or -1. */
  int slot(Members members, int i) {
    for (int at = home(members.nameHash(i)); indexByName[at] != 0; at = next(at)) {
      int index = indexByName[at] - 1;
      if (members.isNamed(i, names.get(index))) {
        return slotOf(index);
      }
    }
    return -1;
  }

  private int slotOf(int index) {
    return index < carried.length ? index : slotsOfOtherNames.get(index - carried.length);
  }

  private void enter(String name, int index) {
    int at = home(Members.nameHash(name));
    while (indexByName[at] != 0) {
      if (names.get(indexByName[at] - 1).equals(name)) {
        throw new IllegalArgumentException(
            "receivedAs: \"" + name + "\" names another field (expected: a name for one field)");
      }
      at = next(at);
    }
    indexByName[at] = index + 1;
  }

  private int home(int hash) {
    return hash & indexByName.length - 1;
  }

  private int next(int at) {
    return at + 1 & indexByName.length - 1;
  }

  private static IllegalArgumentException undeclared(Object field, String method) {
    return new IllegalArgumentException(
        field + ": not declared (expected: Waybill.builder(..)." + method + "(field) at set-up)");
  }
}
