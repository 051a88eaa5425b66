package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.sdk.internal.telemetry.DropCounter;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.policy.Outcome;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a view and the OpenTelemetry {@link Baggage} beside it in step. Attributes lie in both, and
 * plain code may change them there. Identity is copied into Baggage where no plain propagator could
 * send it on, and never read back from it.
 */
public final class BaggageMirror {
  private final boolean mirrorsIdentity;
  private final DropCounter drops;

  /** Creates a mirror. */
  public BaggageMirror(boolean mirrorsIdentity, DropCounter drops) {
    this.mirrorsIdentity = mirrorsIdentity;
    this.drops = drops;
  }

  boolean mirrorsIdentity() {
    return mirrorsIdentity;
  }

  /** Returns the attributes that {@code baggage} holds, by slot. */
  public @Nullable BaggageValue[] read(Fields fields, Baggage baggage) {
    @Nullable BaggageValue[] none = new BaggageValue[fields.size()];
    return baggage.isEmpty() ? none : read(fields, none, slot -> null, baggage);
  }

  /**
   * Returns {@code values} with the attributes as {@code baggage} has them now.
   *
   * @param known what the view has in a slot, whoever set it
   */
  @Nullable BaggageValue[] read(
      Fields fields,
      @Nullable BaggageValue[] values,
      IntFunction<@Nullable BaggageValue> known,
      Baggage baggage) {
    @Nullable BaggageValue[] read = values.clone();
    for (int slot = 0; slot < read.length; slot++) {
      BaggageEntry plain = baggage.getEntry(fields.name(slot));
      if (!fields.isIdentity(slot)) {
        read[slot] = attribute(fields, slot, values[slot], plain);
      } else if (plain != null && !isText(known.apply(slot), plain.getValue())) {
        drops.count(Outcome.SHADOWED);
      }
    }
    return read;
  }

  private @Nullable BaggageValue attribute(
      Fields fields, int slot, @Nullable BaggageValue known, @Nullable BaggageEntry plain) {
    if (plain == null) {
      return null;
    }
    String properties = BaggageParser.properties(plain.getMetadata().getValue());
    if (known != null && isText(known, plain.getValue()) && known.properties.equals(properties)) {
      return known;
    }
    BaggageValue value = BaggageValue.plain(fields.field(slot), plain.getValue(), properties);
    if (value == null) {
      drops.count(Outcome.REFUSED);
    }
    return value;
  }

  private static boolean isText(@Nullable BaggageValue value, String text) {
    return value != null && Objects.equals(value.text, text);
  }
}
