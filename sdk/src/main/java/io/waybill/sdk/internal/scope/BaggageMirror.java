package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.Provenance;
import io.waybill.sdk.internal.telemetry.DropCounter;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.policy.Outcome;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a view and the OpenTelemetry {@link Baggage} beside it in step. Attributes lie in both, and
 * plain code may change them there. Identity is copied into Baggage, and never read back from it.
 * Where a plain propagator could send Baggage on, nothing of ours lies there.
 */
public final class BaggageMirror {
  private final boolean identity;
  private final BooleanSupplier sentOn;
  private final DropCounter drops;
  private final AtomicBoolean hidden = new AtomicBoolean();
  private volatile boolean asked;

  /**
   * Creates a mirror.
   *
   * @param identity whether identity is copied, too
   * @param sentOn whether somebody could send Baggage on; asked now and at the first request, since
   *     whoever could may be installed in between
   */
  public BaggageMirror(boolean identity, BooleanSupplier sentOn, DropCounter drops) {
    this.identity = identity;
    this.sentOn = sentOn;
    this.drops = drops;
    hideWhereItIsSentOn();
  }

  /** Asks again, the first time that a request is opened. */
  void atRequest() {
    if (!asked) {
      hideWhereItIsSentOn();
      asked = true;
    }
  }

  private void hideWhereItIsSentOn() {
    if (!hidden.get() && sentOn.getAsBoolean() && hidden.compareAndSet(false, true) && identity) {
      Warnings.nothingMirrored();
    }
  }

  /** Returns whether nothing of ours lies in Baggage. */
  boolean isHidden() {
    return hidden.get();
  }

  boolean mirrorsIdentity() {
    return identity && !hidden.get();
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
    if (known != null
        && isText(known, plain.getValue())
        && known.properties.equals(BaggageValue.properties(plain))) {
      return known;
    }
    BaggageValue value = BaggageValue.plain(fields.field(slot), plain, Provenance.HERE);
    if (value == null) {
      drops.count(Outcome.REFUSED);
    }
    return value;
  }

  private static boolean isText(@Nullable BaggageValue value, String text) {
    return value != null && Objects.equals(value.text, text);
  }
}
