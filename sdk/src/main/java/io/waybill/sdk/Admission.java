package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.waybill.BaggageField;
import io.waybill.Provenance;
import io.waybill.sdk.internal.scope.BaggageValue;
import io.waybill.sdk.internal.scope.Fields;
import io.waybill.sdk.internal.scope.UndeclaredBaggage;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.wire.AliasText;
import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is admitted of one request, by the zone of the peer that sent it. */
final class Admission {
  private final Fields fields;
  private final TrustZone zone;
  private final Provenance provenance;
  private final DecisionRecorder recorder;
  // By slot.
  private final @Nullable BaggageValue[] values;
  // By slot: none of its values is right, whatever name or header has another one.
  private @Nullable BitSet disputed;
  private int undeclared;

  Admission(Fields fields, TrustZone zone, DecisionRecorder recorder) {
    this.fields = fields;
    this.zone = zone;
    this.provenance = zone == TrustZone.PUBLIC ? Provenance.UNTRUSTED : Provenance.TRUSTED;
    this.values = new BaggageValue[fields.size()];
    this.recorder = recorder;
  }

  @Nullable BaggageValue[] values() {
    return values;
  }

  /** Admits the members that fields declare. */
  void declared(Members members) {
    for (int i = 0; i < members.size(); i++) {
      int slot = fields.slot(members, i);
      if (slot < 0) {
        undeclared++;
      } else if (fields.isIdentity(slot) && members.isDisputed(i)) {
        dispute(slot);
      } else if (!isDisputed(slot)) { // as it may be under its other name
        admitOrDemote(members, i, slot);
      }
    }
  }

  private void admitOrDemote(Members members, int i, int slot) {
    if (fields.rule(slot).admits(zone)) {
      admit(members, i, slot);
    } else {
      demote(members, i, slot);
    }
  }

  /**
   * Admits the attributes that somebody further out has put into the Context. Nobody but Waybill
   * speaks for an identity field.
   */
  void declared(Baggage around) {
    if (around.isEmpty()) {
      return;
    }
    for (int slot = 0; slot < values.length; slot++) {
      BaggageEntry entry = around.getEntry(fields.name(slot));
      if (entry == null) {
        continue;
      }
      if (fields.isIdentity(slot)) {
        recorder.drop(fields.name(slot), Outcome.SHADOWED);
      } else if (fields.rule(slot).admits(zone)) {
        keep(
            slot,
            slot,
            BaggageValue.plain(fields.field(slot), entry, provenance),
            Outcome.ADMITTED);
      } else {
        recorder.drop(fields.name(slot), Outcome.UNTRUSTED);
      }
    }
  }

  /** Somebody on the way has added a line, and nobody knows which of them is right. */
  private void dispute(int slot) {
    disputed = disputed == null ? new BitSet() : disputed;
    disputed.set(slot);
    values[slot] = null;
    recorder.drop(fields.name(slot), Outcome.DISPUTED);
  }

  private boolean isDisputed(int slot) {
    return disputed != null && disputed.get(slot);
  }

  private void admit(Members members, int i, int slot) {
    BaggageField<?> field = fields.field(slot);
    if (fields.rule(slot).receivedAs() == null || members.isNamed(i, field.name())) {
      keep(slot, slot, BaggageValue.received(field, members, i, provenance), Outcome.ADMITTED);
    } else if (values[slot] == null) {
      keep(slot, slot, BaggageValue.renamed(field, members, i, provenance), Outcome.RENAMED);
    }
  }

  /** What the peer may not assert is dropped, or kept as an attribute. */
  private void demote(Members members, int i, int slot) {
    int to = demotedTo(slot);
    if (to >= 0) {
      BaggageField<?> attribute = fields.field(to);
      keep(slot, to, BaggageValue.renamed(attribute, members, i, provenance), Outcome.DEMOTED);
    } else {
      recorder.drop(fields.name(slot), Outcome.UNTRUSTED);
    }
  }

  /** Returns the slot of the attribute that takes what the peer may not assert, or -1. */
  private int demotedTo(int slot) {
    int to = fields.demotedTo(slot);
    return to >= 0 && fields.rule(to).admits(zone) && values[to] == null ? to : -1;
  }

  /** Keeps {@code value}, received for {@code slot}, in slot {@code to}; null is a refused one. */
  private void keep(int slot, int to, @Nullable BaggageValue value, Outcome how) {
    values[to] = value;
    if (value == null) {
      recorder.drop(fields.name(slot), Outcome.REFUSED);
    } else {
      recorder.explain(fields.name(slot), how);
    }
  }

  /**
   * Admits the headers of their own that fields have, where the baggage does not have the field.
   */
  void aliases(IncomingRequest incoming) {
    if (!fields.haveAliases()) {
      return;
    }
    for (int slot = 0; slot < values.length; slot++) {
      String alias = fields.rule(slot).alias();
      if (alias != null && values[slot] == null && !isDisputed(slot)) {
        List<String> lines = read(incoming, alias, fields.rule(slot).isAliasList());
        if (!lines.isEmpty()) {
          alias(lines, slot);
        }
      }
    }
  }

  private void alias(List<String> lines, int slot) {
    boolean admitted = fields.rule(slot).admits(zone);
    int to = admitted ? slot : demotedTo(slot);
    if (to < 0) {
      recorder.drop(fields.name(slot), Outcome.UNTRUSTED);
      return;
    }
    boolean list = fields.rule(slot).isAliasList();
    String text = list ? AliasText.join(lines) : only(lines);
    BaggageValue value = BaggageValue.alias(fields.field(to), text, list, provenance);
    keep(slot, to, value, admitted ? Outcome.ADMITTED : Outcome.DEMOTED);
  }

  /** Of two lines nobody knows which is right, so there is none, as for {@code traceparent}. */
  private static String only(List<String> lines) {
    return lines.size() == 1 ? Objects.requireNonNullElse(lines.get(0), "") : "";
  }

  /** Returns the lines, and one more than are taken if there are more. */
  private List<String> read(IncomingRequest incoming, String alias, boolean list) {
    try {
      int lines = 1 + (list ? AliasText.MOST_CHARS : 1);
      return incoming.headers(alias, lines, AliasText.MOST_CHARS);
    } catch (Throwable carrierFailed) {
      recorder.drop(alias, Outcome.INVALID);
      return List.of();
    }
  }

  /**
   * Returns the members that no field declares, as far as they are admitted; those of {@code
   * around} if there are none.
   */
  Baggage undeclared(Members members, Baggage around) {
    boolean admitted = zone == TrustZone.OWN;
    if (undeclared == 0) {
      return admitted ? around : withoutUndeclared(around);
    }
    if (recorder.explains()) {
      explainUndeclared(members, admitted);
    } else if (!admitted) {
      recorder.drop(undeclared, Outcome.UNTRUSTED);
    }
    return admitted ? new UndeclaredBaggage(fields, members, undeclared) : Baggage.empty();
  }

  private Baggage withoutUndeclared(Baggage around) {
    around.forEach(
        (name, entry) -> {
          if (fields.slot(name) < 0) {
            recorder.drop(name, Outcome.UNTRUSTED);
          }
        });
    return Baggage.empty();
  }

  private void explainUndeclared(Members members, boolean admitted) {
    for (int i = 0; i < members.size(); i++) {
      if (fields.slot(members, i) >= 0) {
        continue;
      }
      if (admitted) {
        recorder.explain(members.name(i), Outcome.ADMITTED);
      } else {
        recorder.drop(members, i, Outcome.UNTRUSTED);
      }
    }
  }
}
