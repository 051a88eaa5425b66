package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.BaggageParser;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a view and the OpenTelemetry {@link Baggage} beside it in step. Attributes lie in both, and
 * plain code may change them there. Identity is copied into Baggage where no plain propagator could
 * send it on, and never read back from it.
 */
final class BaggageMirror {
  private final boolean mirrorsIdentity;
  private final DropCounter drops;

  BaggageMirror(boolean mirrorsIdentity, DropCounter drops) {
    this.mirrorsIdentity = mirrorsIdentity;
    this.drops = drops;
  }

  boolean mirrorsIdentity() {
    return mirrorsIdentity;
  }

  /** Returns the attributes that {@code baggage} holds, by slot. */
  @Nullable Entry[] read(Fields fields, Baggage baggage) {
    @Nullable Entry[] none = new Entry[fields.size()];
    return baggage.isEmpty() ? none : read(fields, none, slot -> null, baggage);
  }

  /**
   * Returns {@code entries} with the attributes as {@code baggage} has them now.
   *
   * @param known what the view has in a slot, whoever set it
   */
  @Nullable Entry[] read(
      Fields fields,
      @Nullable Entry[] entries,
      IntFunction<@Nullable Entry> known,
      Baggage baggage) {
    @Nullable Entry[] read = entries.clone();
    for (int slot = 0; slot < read.length; slot++) {
      BaggageEntry plain = baggage.getEntry(fields.name(slot));
      if (!fields.isIdentity(slot)) {
        read[slot] = attribute(fields, slot, entries[slot], plain);
      } else if (plain != null && !isText(known.apply(slot), plain.getValue())) {
        drops.count(Outcome.SHADOWED);
      }
    }
    return read;
  }

  private @Nullable Entry attribute(
      Fields fields, int slot, @Nullable Entry known, @Nullable BaggageEntry plain) {
    if (plain == null) {
      return null;
    }
    String properties = BaggageParser.properties(plain.getMetadata().getValue());
    if (known != null && isText(known, plain.getValue()) && known.properties.equals(properties)) {
      return known;
    }
    Entry entry = Entry.plain(fields.field(slot), plain.getValue(), properties);
    if (entry == null) {
      drops.count(Outcome.REFUSED);
    }
    return entry;
  }

  private static boolean isText(@Nullable Entry entry, String text) {
    return entry != null && Objects.equals(entry.text, text);
  }
}
