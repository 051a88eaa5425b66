package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.Provenance;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.Members;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Turns received members into the first view of a request, as far as the policy admits them. */
final class Ingress {
  private final Fields fields;
  private final BaggageMirror mirror;
  private final Ledger counting;
  private final boolean explains;
  private final LeakDetector leaks;
  private final int requestId;

  Ingress(
      Fields fields, BaggageMirror mirror, Ledger counting, boolean explains, LeakDetector leaks) {
    this.fields = fields;
    this.mirror = mirror;
    this.counting = counting;
    this.explains = explains;
    this.leaks = leaks;
    this.requestId = fields.slot(BaggageField.REQUEST_ID);
  }

  /**
   * Returns the view of a new request from a peer in {@code zone}, with a request id.
   *
   * @param what names the request in its explanation
   * @param incoming where a field is read that the members do not have, by its alias; null if none
   *     has one
   * @param before the Context in which the server runs; its Baggage stays where no usable header
   *     replaces it
   */
  View admit(
      Members members,
      @Nullable IncomingRequest incoming,
      TrustZone zone,
      Context before,
      String what) {
    leaks.received(before);
    Explanation explanation = explains ? new Explanation(what) : null;
    Ledger ledger = explanation == null ? counting : counting.explaining(explanation, null);
    ledger.dropped(members.invalid(), Outcome.INVALID);
    ledger.dropped(members.overLimit(), Outcome.OVER_LIMIT);
    Baggage around = members.size() == 0 ? around(before) : Baggage.empty();
    @Nullable Entry[] entries = mirror.read(fields, around);
    int foreign = admitDeclared(members, zone, entries, ledger);
    admitAliases(incoming, zone, entries, ledger);
    Baggage undeclared = foreign == 0 ? around : admitForeign(members, foreign, zone, ledger);
    View view = open(entries, members, undeclared);
    view.state().explanation(explanation);
    return view;
  }

  /** Fills {@code entries}, and returns how many members no field declares. */
  private int admitDeclared(
      Members members, TrustZone zone, @Nullable Entry[] entries, Ledger ledger) {
    int foreign = 0;
    for (int i = 0; i < members.size(); i++) {
      int slot = fields.slot(members, i);
      if (slot < 0) {
        foreign++;
      } else if (fields.rule(slot).admits(zone)) {
        admit(members, i, slot, zone, entries, ledger);
      } else {
        demote(members, i, slot, zone, entries, ledger);
      }
    }
    return foreign;
  }

  private void admit(
      Members members, int i, int slot, TrustZone zone, @Nullable Entry[] entries, Ledger ledger) {
    BaggageField<?> field = fields.field(slot);
    if (fields.rule(slot).receivedAs() == null || members.isNamed(i, field.name())) {
      Entry entry = Entry.received(field, members, i, provenance(zone));
      entries[slot] = kept(slot, entry, Outcome.ADMITTED, ledger);
    } else if (entries[slot] == null) {
      Entry entry = Entry.renamed(field, members, i, provenance(zone));
      entries[slot] = kept(slot, entry, Outcome.RENAMED, ledger);
    }
  }

  /** What the peer may not assert is dropped, or kept as a claim. */
  private void demote(
      Members members, int i, int slot, TrustZone zone, @Nullable Entry[] entries, Ledger ledger) {
    int claim = claim(slot, zone, entries);
    if (claim >= 0) {
      Entry entry = Entry.renamed(fields.field(claim), members, i, provenance(zone));
      entries[claim] = kept(slot, entry, Outcome.DEMOTED, ledger);
    } else {
      ledger.dropped(fields.name(slot), Outcome.UNTRUSTED);
    }
  }

  /** Returns the slot of the attribute that takes what {@code zone} may not assert, or -1. */
  private int claim(int slot, TrustZone zone, @Nullable Entry[] entries) {
    int claim = fields.claim(slot);
    return claim >= 0 && fields.rule(claim).admits(zone) && entries[claim] == null ? claim : -1;
  }

  private @Nullable Entry kept(int slot, @Nullable Entry entry, Outcome how, Ledger ledger) {
    if (entry == null) {
      ledger.dropped(fields.name(slot), Outcome.REFUSED);
    } else {
      ledger.passed(fields.name(slot), how);
    }
    return entry;
  }

  BaggageMirror mirror() {
    return mirror;
  }

  /** Opens a request in code, with {@code set} and the attributes around it. */
  View open(@Nullable Entry[] set, Context before) {
    Baggage around = around(before);
    @Nullable Entry[] entries = mirror.read(fields, around);
    for (int slot = 0; slot < set.length; slot++) {
      if (set[slot] != null) {
        entries[slot] = set[slot];
      }
    }
    View view = open(entries, Members.NONE, around);
    view.state().explanation(explains ? new Explanation("request in code") : null);
    view.state().open(view.storeIn(before), Span.getInvalid());
    return view;
  }

  /** Returns the Baggage of {@code before}; a request inside another one sees nothing of it. */
  private static Baggage around(Context before) {
    boolean nested = View.storedIn(before) != null;
    return nested ? Baggage.empty() : Baggage.fromContext(before);
  }

  private View open(@Nullable Entry[] entries, Members members, Baggage undeclared) {
    if (entries[requestId] == null) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      String id = TraceId.fromLongs(random.nextLong(), random.nextLong());
      entries[requestId] = Entry.set(BaggageField.REQUEST_ID, id);
    }
    RequestState state = new RequestState(fields, entries);
    leaks.opened(state);
    Arrays.fill(entries, 0, fields.identities(), null);
    return View.open(this, state, entries, members, undeclared);
  }

  private void admitAliases(
      @Nullable IncomingRequest incoming,
      TrustZone zone,
      @Nullable Entry[] entries,
      Ledger ledger) {
    if (incoming == null || !fields.haveAliases()) {
      return;
    }
    for (int slot = 0; slot < entries.length; slot++) {
      String alias = fields.rule(slot).alias();
      if (alias == null || entries[slot] != null) {
        continue;
      }
      List<String> lines = read(incoming, alias, ledger);
      if (!lines.isEmpty()) {
        admitAlias(lines, slot, zone, entries, ledger);
      }
    }
  }

  /** Of two lines nobody knows which is right, so there is none, as for {@code traceparent}. */
  private void admitAlias(
      List<String> lines, int slot, TrustZone zone, @Nullable Entry[] entries, Ledger ledger) {
    boolean admitted = fields.rule(slot).admits(zone);
    int to = admitted ? slot : claim(slot, zone, entries);
    if (to < 0) {
      ledger.dropped(fields.name(slot), Outcome.UNTRUSTED);
      return;
    }
    String text = lines.size() == 1 ? Objects.requireNonNullElse(lines.get(0), "") : "";
    Entry entry = Entry.alias(fields.field(to), text, provenance(zone));
    entries[to] = kept(slot, entry, admitted ? Outcome.ADMITTED : Outcome.DEMOTED, ledger);
  }

  private static Provenance provenance(TrustZone zone) {
    return zone == TrustZone.PUBLIC ? Provenance.UNTRUSTED : Provenance.TRUSTED;
  }

  private static List<String> read(IncomingRequest incoming, String alias, Ledger ledger) {
    try {
      return incoming.headers(alias);
    } catch (Throwable carrierFailed) {
      ledger.dropped(alias, Outcome.INVALID);
      return List.of();
    }
  }

  private Baggage admitForeign(Members members, int foreign, TrustZone zone, Ledger ledger) {
    boolean admitted = zone == TrustZone.OWN;
    if (!admitted && !ledger.explains()) {
      ledger.dropped(foreign, Outcome.UNTRUSTED);
      return Baggage.empty();
    }
    if (ledger.explains()) {
      explainForeign(members, admitted, ledger);
    }
    return admitted ? new ForeignBaggage(fields, members, foreign) : Baggage.empty();
  }

  private void explainForeign(Members members, boolean admitted, Ledger ledger) {
    for (int i = 0; i < members.size(); i++) {
      if (fields.slot(members, i) >= 0) {
        continue;
      }
      if (admitted) {
        ledger.passed(members.name(i), Outcome.ADMITTED);
      } else {
        ledger.dropped(members, i, Outcome.UNTRUSTED);
      }
    }
  }
}
