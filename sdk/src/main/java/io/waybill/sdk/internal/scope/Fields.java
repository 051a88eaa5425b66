package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.common.AttributeKey;
import io.waybill.BaggageField;
import io.waybill.LocalField;
import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.FieldRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that set-up declared. One that travels has a slot: identity fields first, then
 * attributes, each in the order of declaration, which is also their priority on the wire. One that
 * stays has a cell in the state of each request.
 */
public final class Fields {
  private final BaggageField<?>[] carried;
  private final FieldRule[] rules;
  private final List<AttributeKey<String>> attributeKeys = new ArrayList<>();
  private final int identities;
  private final boolean haveAliases;
  private final LocalField<?>[] kept;
  private final FieldIndex index;
  private final int[] demotions;

  /**
   * Creates the fields of one set-up.
   *
   * @throws IllegalArgumentException if a rule names a field that is not declared, or two fields
   *     are received under one name
   */
  public Fields(Map<BaggageField<?>, FieldRule> declared, List<LocalField<?>> kept) {
    List<BaggageField<?>> ordered = new ArrayList<>();
    declared.keySet().stream().filter(BaggageField::isIdentity).forEach(ordered::add);
    this.identities = ordered.size();
    declared.keySet().stream().filter(field -> !field.isIdentity()).forEach(ordered::add);
    this.carried = ordered.toArray(new BaggageField<?>[0]);
    this.rules = ordered.stream().map(declared::get).toArray(FieldRule[]::new);
    this.haveAliases = Arrays.stream(rules).anyMatch(rule -> rule.alias() != null);
    this.kept = kept.toArray(new LocalField<?>[0]);
    this.index = new FieldIndex(carried.length * 3 + kept.size());
    this.demotions = new int[carried.length];
    index();
  }

  private void index() {
    for (int slot = 0; slot < carried.length; slot++) {
      attributeKeys.add(AttributeKey.stringKey(carried[slot].name()));
      index.put(carried[slot], slot);
      index.put(carried[slot].name(), slot);
    }
    for (int local = 0; local < kept.length; local++) {
      index.put(kept[local], identities + local);
    }
    for (int slot = 0; slot < carried.length; slot++) {
      String receivedAs = rules[slot].receivedAs();
      if (receivedAs != null) {
        requireFree(receivedAs);
        index.put(receivedAs, slot);
      }
      BaggageField<?> attribute = rules[slot].demotedTo();
      demotions[slot] = attribute == null ? -1 : slot(attribute);
    }
  }

  private void requireFree(String receivedAs) {
    if (index.of(receivedAs) >= 0) {
      throw new IllegalArgumentException(
          "receivedAs: \""
              + receivedAs
              + "\" names another field (expected: a name for one field)");
    }
  }

  /** Returns the fields that travel, by slot, each with what set-up says of it. */
  public Map<BaggageField<?>, FieldRule> rules() {
    Map<BaggageField<?>, FieldRule> all = new LinkedHashMap<>();
    for (int slot = 0; slot < carried.length; slot++) {
      all.put(carried[slot], rules[slot]);
    }
    return Collections.unmodifiableMap(all);
  }

  /** Returns how many fields travel. */
  public int size() {
    return carried.length;
  }

  /** Returns whether the field in {@code slot} is an identity. */
  public boolean isIdentity(int slot) {
    return slot < identities;
  }

  /** Returns how many of the slots are identities; the first ones are. */
  public int identities() {
    return identities;
  }

  /** Returns the field in {@code slot}. */
  public BaggageField<?> field(int slot) {
    return carried[slot];
  }

  /** Returns the name of the field in {@code slot}. */
  public String name(int slot) {
    return carried[slot].name();
  }

  /** Returns what set-up says of the field in {@code slot}. */
  public FieldRule rule(int slot) {
    return rules[slot];
  }

  /** Returns whether any field has a header of its own. */
  public boolean haveAliases() {
    return haveAliases;
  }

  /** Returns the slot of the attribute that a value of {@code slot} is demoted to, or -1. */
  public int demotedTo(int slot) {
    return demotions[slot];
  }

  AttributeKey<String> attributeKey(int slot) {
    return attributeKeys.get(slot);
  }

  /** Returns what telemetry shows of {@code value} in {@code slot}, or null for nothing. */
  @Nullable String shown(int slot, @Nullable BaggageValue value, boolean onSpan) {
    if (value == null || (onSpan && !rules[slot].isOnSpans())) {
      return null;
    }
    return rules[slot].shown().of(value.text);
  }

  /** Returns the slot of {@code field}; throws if it was not declared. */
  public int slot(BaggageField<?> field) {
    int slot = index.of(field);
    if (slot < 0) {
      throw undeclared(field, "carry");
    }
    return slot;
  }

  /** Returns the slot of {@code field}, or -1 if it was not declared. */
  int slotOrNone(BaggageField<?> field) {
    return index.of(field);
  }

  /** Returns the slot of the field named {@code name}, or received as that, or -1. */
  public int slot(String name) {
    return index.of(name);
  }

  /** Returns the slot of the field that member {@code i} is named after, or -1. */
  public int slot(Members members, int i) {
    return index.of(members, i);
  }

  /** Returns how many cells the state of a request has: its identities, then its local fields. */
  int cells() {
    return identities + kept.length;
  }

  /** Returns the cell of {@code field}; throws if it was not declared. */
  int cell(LocalField<?> field) {
    int cell = index.of(field);
    if (cell < 0) {
      throw undeclared(field, "keep");
    }
    return cell;
  }

  /** Returns the cell of {@code field}, or -1 if it was not declared. */
  public int cellOrNone(LocalField<?> field) {
    return index.of(field);
  }

  /** Returns the local field in {@code cell}. */
  LocalField<?> local(int cell) {
    return kept[cell - identities];
  }

  private static IllegalArgumentException undeclared(Object field, String method) {
    return new IllegalArgumentException(
        field + ": not declared (expected: Waybill.builder(..)." + method + "(field) at set-up)");
  }
}
