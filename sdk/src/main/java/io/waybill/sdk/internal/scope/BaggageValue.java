package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.waybill.BaggageField;
import io.waybill.Provenance;
import io.waybill.sdk.internal.wire.AliasText;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import org.jspecify.annotations.Nullable;

/**
 * One carried value: its decoded text, the typed value of a declared field, and, where it came in a
 * header and was not touched, the member it can be written from byte for byte.
 */
public final class BaggageValue implements BaggageEntry {
  /** The name of the member. */
  public final String name;

  /** The decoded value. */
  public final String text;

  final String properties;
  final @Nullable Object value;
  final Provenance provenance;
  private final @Nullable Members source;
  private final int member;

  private BaggageValue(
      String name,
      String text,
      String properties,
      @Nullable Object value,
      Provenance provenance,
      @Nullable Members source,
      int member) {
    this.name = name;
    this.text = text;
    this.properties = properties;
    this.value = value;
    this.provenance = provenance;
    this.source = source;
    this.member = member;
  }

  /**
   * Returns the entry of a value that user code sets.
   *
   * @throws IllegalArgumentException if the field's codec refuses it; names no value
   */
  public static <T> BaggageValue set(BaggageField<T> field, T value) {
    return new BaggageValue(
        field.name(), encode(field, value), "", value, Provenance.HERE, null, 0);
  }

  /** Returns the entry of a received member, or null if {@code field} refuses its value. */
  public static @Nullable BaggageValue received(
      BaggageField<?> field, Members members, int i, Provenance provenance) {
    String text = members.valueOrNull(i);
    Object value = text == null ? null : decode(field, text);
    return text == null || value == null
        ? null
        : new BaggageValue(
            field.name(), text, members.properties(i), value, provenance, members, i);
  }

  /**
   * Returns the entry of a received member of another name, or null if {@code field} refuses it.
   */
  public static @Nullable BaggageValue renamed(
      BaggageField<?> field, Members members, int i, Provenance provenance) {
    BaggageValue entry = received(field, members, i, provenance);
    return entry == null
        ? null
        : new BaggageValue(
            entry.name, entry.text, entry.properties, entry.value, provenance, null, 0);
  }

  /**
   * Returns the entry of a received header of its own, or null if the field refuses its text.
   *
   * @param list whether a comma is part of the value
   */
  public static @Nullable BaggageValue alias(
      BaggageField<?> field, String text, boolean list, Provenance provenance) {
    Object value = AliasText.isValid(text, list) ? decode(field, text) : null;
    return value == null
        ? null
        : new BaggageValue(field.name(), text, "", value, provenance, null, 0);
  }

  /** Returns the entry of what plain code put in its Baggage, or null if the field refuses it. */
  public static @Nullable BaggageValue plain(
      BaggageField<?> field, BaggageEntry plain, Provenance provenance) {
    Object value = decode(field, plain.getValue());
    return value == null
        ? null
        : new BaggageValue(
            field.name(), plain.getValue(), properties(plain), value, provenance, null, 0);
  }

  /** Returns the valid properties of {@code plain}, as they are written. */
  static String properties(BaggageEntry plain) {
    return BaggageParser.properties(plain.getMetadata().getValue());
  }

  /** Returns the entry that {@code plain} has under {@code name}, or null. */
  static @Nullable BaggageValue ofPlain(Baggage plain, String name) {
    BaggageEntry entry = plain.getEntry(name);
    return entry == null ? null : foreign(name, entry.getValue(), entry.getMetadata().getValue());
  }

  /** Returns the entry of a member that no field declares. */
  public static BaggageValue foreign(String name, String text, String properties) {
    return new BaggageValue(name, text, properties, null, Provenance.HERE, null, 0);
  }

  /** Returns the entry of a received member that no field declares. */
  public static BaggageValue foreign(Members members, int i) {
    return new BaggageValue(
        members.name(i),
        members.value(i),
        members.properties(i),
        null,
        Provenance.TRUSTED,
        members,
        i);
  }

  /**
   * Returns whether {@link #alias} takes the text that this writes into the header of {@code
   * field}. What came in has been decoded before.
   */
  public boolean isAlias(BaggageField<?> field, boolean list) {
    return AliasText.isValid(text, list)
        && (provenance != Provenance.HERE || decode(field, text) != null);
  }

  @Override
  public String getValue() {
    return text;
  }

  @Override
  public BaggageEntryMetadata getMetadata() {
    return BaggageEntryMetadata.create(properties);
  }

  /** Returns whether this is one of {@code members} as it came in. */
  public boolean isFrom(Members members) {
    return source == members;
  }

  /** Returns whether this is an id that the request did not come with. */
  public boolean isRequestIdOfHere() {
    return provenance == Provenance.HERE && name.equals(BaggageField.REQUEST_ID.name());
  }

  /** Returns this without its properties, which are not declared and so not for everybody. */
  public BaggageValue withoutProperties() {
    return properties.isEmpty()
        ? this
        : new BaggageValue(name, text, "", value, provenance, null, 0);
  }

  /** Returns how many bytes {@link #writeTo} needs, a comma included. */
  public int length() {
    return source != null ? source.length(member) : BaggageFormatter.length(name, text, properties);
  }

  /** Writes it; returns false where there was no room. */
  public boolean writeTo(BaggageFormatter formatter) {
    return source != null ? formatter.add(source, member) : formatter.add(name, text, properties);
  }

  private static @Nullable Object decode(BaggageField<?> field, String text) {
    try {
      return field.codec().decode(text);
    } catch (Throwable usersCodecFailed) {
      return null;
    }
  }

  private static <T> String encode(BaggageField<T> field, T value) {
    String text;
    try {
      text = field.codec().encode(value);
    } catch (RuntimeException refused) {
      // Not kept as the cause: its message may hold the value.
      throw refused(field, "refused by " + refused.getClass().getSimpleName());
    }
    if (!isWellFormed(text)) {
      throw refused(field, "ill-formed Unicode of length " + text.length());
    }
    return text;
  }

  /** Returns whether each surrogate has its other half; else it has no UTF-8. */
  private static boolean isWellFormed(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (Character.isSurrogate(c)) {
        boolean pair = at + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(at + 1));
        if (!pair) {
          return false;
        }
        at++;
      }
    }
    return true;
  }

  private static IllegalArgumentException refused(BaggageField<?> field, String why) {
    return new IllegalArgumentException(
        field + ": value " + why + " (expected: " + field.codec().expected() + ")");
  }

  /** Returns the name, and no value. */
  @Override
  public String toString() {
    return name;
  }
}
