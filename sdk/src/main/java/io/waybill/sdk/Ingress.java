package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.sdk.telemetry.DropCounter;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.Members;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Turns received members into the first view of a request, as far as the policy admits them. */
final class Ingress {
  private final Fields fields;
  private final BaggageMirror mirror;
  private final DropCounter drops;
  private final LeakDetector leaks;
  private final int requestId;

  Ingress(Fields fields, BaggageMirror mirror, DropCounter drops, LeakDetector leaks) {
    this.fields = fields;
    this.mirror = mirror;
    this.drops = drops;
    this.leaks = leaks;
    this.requestId = fields.slot(BaggageField.REQUEST_ID);
  }

  /**
   * Returns the view of a new request from a peer in {@code zone}, with a request id.
   *
   * @param incoming where a field is read that the members do not have, by its alias
   * @param before the Context in which the server runs; its Baggage stays where no usable header
   *     replaces it
   */
  View admit(Members members, IncomingRequest incoming, TrustZone zone, Context before) {
    leaks.received(before);
    drops.count(Outcome.INVALID, members.invalid());
    drops.count(Outcome.OVER_LIMIT, members.overLimit());
    Baggage around = members.size() == 0 ? around(before) : Baggage.empty();
    @Nullable Entry[] entries = mirror.read(fields, around);
    int foreign = 0;
    for (int i = 0; i < members.size(); i++) {
      int slot = fields.slot(members, i);
      if (slot < 0) {
        foreign++;
      } else if (fields.rule(slot).admits(zone)) {
        entries[slot] = admit(members, i, slot);
      } else {
        drops.count(Outcome.UNTRUSTED);
      }
    }
    admitAliases(incoming, zone, entries);
    return open(entries, members, foreign == 0 ? around : admitForeign(members, foreign, zone));
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
    view.state().open(view.storeIn(ClientRequest.removedFrom(before)), Span.getInvalid());
    return view;
  }

  /** Returns the Baggage of {@code before}; a request inside another one sees nothing of it. */
  private static Baggage around(Context before) {
    boolean nested = RequestScope.fromContextOrNull(before) != null;
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

  private @Nullable Entry admit(Members members, int i, int slot) {
    Entry entry = Entry.received(fields.field(slot), members, i);
    if (entry == null) {
      drops.count(Outcome.REFUSED);
    }
    return entry;
  }

  private void admitAliases(IncomingRequest incoming, TrustZone zone, @Nullable Entry[] entries) {
    for (int slot = 0; slot < entries.length; slot++) {
      String alias = fields.rule(slot).alias();
      String text = alias == null || entries[slot] != null ? null : read(incoming, alias);
      if (text == null) {
        continue;
      }
      if (!fields.rule(slot).admits(zone)) {
        drops.count(Outcome.UNTRUSTED);
        continue;
      }
      entries[slot] = AliasText.isValid(text) ? Entry.plain(fields.field(slot), text, "") : null;
      if (entries[slot] == null) {
        drops.count(Outcome.REFUSED);
      }
    }
  }

  private @Nullable String read(IncomingRequest incoming, String alias) {
    try {
      return incoming.header(alias);
    } catch (RuntimeException carrierFailed) {
      drops.count(Outcome.INVALID);
      return null;
    }
  }

  private Baggage admitForeign(Members members, int foreign, TrustZone zone) {
    if (zone != TrustZone.OWN) {
      drops.count(Outcome.UNTRUSTED, foreign);
      return Baggage.empty();
    }
    BaggageBuilder baggage = Baggage.builder();
    for (int i = 0; i < members.size(); i++) {
      if (fields.slot(members, i) < 0) {
        baggage.put(
            members.name(i), members.value(i), BaggageEntryMetadata.create(members.properties(i)));
      }
    }
    return baggage.build();
  }
}
