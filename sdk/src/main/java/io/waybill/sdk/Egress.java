package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Route;
import io.waybill.sdk.telemetry.Outcome;
import io.waybill.sdk.wire.BaggageFormatter;
import io.waybill.sdk.wire.BaggageParser;
import io.waybill.sdk.wire.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Releases what a Context carries to one destination, as far as the policy says. */
final class Egress {
  private static final int HEADER = 32;

  private final Fields fields;
  private final BaggageMirror mirror;
  private final Ledger counting;
  private final Warnings warnings;

  Egress(Fields fields, BaggageMirror mirror, Ledger counting, Warnings warnings) {
    this.fields = fields;
    this.mirror = mirror;
    this.counting = counting;
    this.warnings = warnings;
  }

  /** Returns where the decisions about a call are noted, and explained if its request asks. */
  Ledger ledger(@Nullable View view, @Nullable Destination destination) {
    Explanation explanation = view == null ? null : view.state().explanation();
    return explanation == null ? counting : counting.explaining(explanation, destination);
  }

  /** Returns what goes along {@code route}: identity, then attributes, then foreign members. */
  Released release(Context caller, @Nullable View view, Route route, Ledger ledger) {
    Released released =
        view == null ? collect(caller, route, ledger) : release(view, route, ledger);
    ledger.count(released.withheld(), Outcome.WITHHELD);
    ledger.count(released.invalid(), Outcome.INVALID);
    return released;
  }

  private Released release(View view, Route route, Ledger ledger) {
    if (ledger.explains()) {
      return collect(view, route, ledger);
    }
    // Read before what is made of it: a change in between is found by the next call.
    @Nullable Object[] state = view.state().cells();
    Released ready = view.released();
    if (ready == null || !ready.isFor(route, state)) {
      ready =
          isAsReceived(view, route) ? asReceived(view, state, route) : collect(view, route, ledger);
      view.released(ready);
    }
    return ready;
  }

  /** Returns whether the header that came in says just what the view carries now. */
  private boolean isAsReceived(View view, Route route) {
    Members received = view.received();
    int same = foreignAsReceived(view);
    boolean foreignPass = route.releasesForeign() && same >= 0;
    if (!foreignPass || !isPlain(received.text()) || view.state().fields() != fields) {
      return false;
    }
    for (int slot = 0; slot < fields.size(); slot++) {
      Entry entry = view.entry(slot);
      if (entry != null && !entry.isFrom(received)) {
        return false;
      }
      same += entry == null ? 0 : 1;
    }
    return same == received.size();
  }

  /** White space at an end is the carrier's: not each of them takes it (RFC 9113 §8.2.1). */
  private static boolean isPlain(@Nullable String text) {
    return text != null && !text.startsWith(" ") && !text.endsWith(" ");
  }

  /** Returns how many members no field declares if they are as they came in, else -1. */
  private static int foreignAsReceived(View view) {
    Baggage undeclared = view.undeclared();
    if (undeclared instanceof ForeignBaggage foreign) {
      return foreign.count();
    }
    return undeclared.isEmpty() ? 0 : -1;
  }

  private static Released asReceived(View view, @Nullable Object[] state, Route route) {
    return new Released(route, state, new AsReceived(view), new CarriedBaggage(view, true), 0, 0)
        .ready(view.received().size() == 0 ? null : view.received().text());
  }

  private Released collect(Context outsideOfRequest, Route route, Ledger ledger) {
    Baggage baggage = Baggage.fromContext(outsideOfRequest);
    Collected collected = new Collected(route, ledger);
    @Nullable Entry[] attributes = mirror.read(fields, baggage);
    for (int slot = 0; slot < attributes.length; slot++) {
      collected.declared(slot, attributes[slot]);
    }
    collected.foreign(Members.NONE, baggage);
    return collected.released(null);
  }

  private Released collect(View view, Route route, Ledger ledger) {
    @Nullable Object[] madeOf = view.state().cells();
    Collected collected = new Collected(route, ledger);
    for (int slot = 0; slot < fields.size(); slot++) {
      collected.declared(slot, view.entry(fields, slot));
    }
    if (foreignAsReceived(view) != 0) {
      collected.foreign(view.received(), view.undeclared());
    }
    return collected.released(madeOf);
  }

  /** What one route releases of the entries that it is shown. */
  private final class Collected {
    private final Route route;
    private final Ledger ledger;
    private final List<Entry> entries = new ArrayList<>(fields.size());
    private int withheld;
    private int invalid;

    Collected(Route route, Ledger ledger) {
      this.route = route;
      this.ledger = ledger;
    }

    Released released(@Nullable Object @Nullable [] madeOf) {
      return new Released(route, madeOf, entries, new ReleasedBaggage(entries), withheld, invalid);
    }

    void declared(int slot, @Nullable Entry entry) {
      if (entry != null) {
        add(entry, route.releases(fields.field(slot)));
      }
    }

    /** Shows what nobody declared: first what came in and was not touched, as it came in. */
    void foreign(Members received, Baggage baggage) {
      for (int i = 0; i < received.size(); i++) {
        if (fields.slot(received, i) < 0 && isUntouched(received, i, baggage)) {
          add(Entry.foreign(received, i), route.releasesForeign());
        }
      }
      if (!(baggage instanceof ForeignBaggage)) {
        baggage.forEach((name, plain) -> plain(received, baggage, name, plain));
      }
    }

    private void plain(Members received, Baggage baggage, String name, BaggageEntry plain) {
      int i = received.indexOf(name);
      if (fields.slot(name) >= 0 || (i >= 0 && isUntouched(received, i, baggage))) {
        return;
      }
      if (BaggageFormatter.isName(name)) {
        String properties = BaggageParser.properties(plain.getMetadata().getValue());
        add(Entry.foreign(name, plain.getValue(), properties), route.releasesForeign());
      } else {
        invalid++;
        ledger.passed(name, Outcome.INVALID);
      }
    }

    private void add(Entry entry, boolean mayPass) {
      if (mayPass) {
        entries.add(entry);
      } else {
        withheld++;
        ledger.passed(entry.name, Outcome.WITHHELD);
      }
    }
  }

  private static boolean isUntouched(Members received, int i, Baggage baggage) {
    if (baggage instanceof ForeignBaggage) {
      return true;
    }
    BaggageEntry now = baggage.getEntry(received.name(i));
    return now != null
        && now.getValue().equals(received.value(i))
        && now.getMetadata().getValue().equals(received.properties(i));
  }

  /**
   * Returns {@code released} with what the application itself wrote into the header of this call.
   * It never speaks for an identity field, and does not replace what the request carries.
   */
  List<Entry> merge(List<Entry> released, Members present, Route route, Ledger ledger) {
    List<Entry> merged = new ArrayList<>(released);
    for (int i = 0; i < present.size(); i++) {
      int slot = fields.slot(present, i);
      if (slot >= 0 && fields.isIdentity(slot)) {
        ledger.dropped(present, i, Outcome.SHADOWED);
      } else if (slot >= 0 ? !route.releases(fields.field(slot)) : !route.releasesForeign()) {
        ledger.dropped(present, i, Outcome.WITHHELD);
      } else if (!isIn(released, present, i)) {
        merged.add(Entry.foreign(present, i));
      }
    }
    return merged;
  }

  private static boolean isIn(List<Entry> released, Members present, int i) {
    return released.stream().anyMatch(entry -> present.isNamed(i, entry.name));
  }

  /** Returns the header line of {@code released}, or null if there is nothing to send. */
  @Nullable String format(Released released, int maxMembers, int maxBytes, Ledger ledger) {
    String ready = released.header(maxBytes);
    if (ready != null) {
      return ready;
    }
    List<Entry> entries = released.entries();
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes, length(entries));
    if (write(entries, formatter, maxBytes, ledger)) {
      released.ready(formatter.text());
    }
    return formatter.text();
  }

  /** Returns the header line of {@code merged}, or null if there is nothing to send. */
  @Nullable String format(List<Entry> merged, int maxMembers, int maxBytes, Ledger ledger) {
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes);
    write(merged, formatter, maxBytes, ledger);
    return formatter.text();
  }

  private static int length(List<Entry> entries) {
    int length = 0;
    for (Entry entry : entries) {
      length += entry.length();
    }
    return length;
  }

  private boolean write(
      List<Entry> entries, BaggageFormatter formatter, int maxBytes, Ledger ledger) {
    List<String> left = List.of();
    for (Entry entry : entries) {
      if (entry.writeTo(formatter)) {
        ledger.passed(entry.name, Outcome.RELEASED);
      } else {
        ledger.dropped(entry.name, Outcome.OVER_BUDGET);
        left = left.isEmpty() ? new ArrayList<>() : left;
        left.add(entry.name);
      }
    }
    warnings.overBudget(left, maxBytes);
    return left.isEmpty();
  }

  /**
   * Writes the fields that have a header of their own, as many as {@code room} takes: names,
   * values, and 32 bytes for each (RFC 9113 §6.5.2).
   */
  void aliases(Released released, int room, Ledger ledger, BiConsumer<String, String> headers) {
    if (!fields.haveAliases()) {
      return;
    }
    int left = room;
    for (Entry entry : released.entries()) {
      int slot = fields.slot(entry.name);
      String alias = slot < 0 ? null : fields.rule(slot).alias();
      if (alias == null) {
        continue;
      }
      int size = alias.length() + entry.text.length() + HEADER;
      if (!AliasText.isValid(entry.text)) {
        ledger.dropped(alias, Outcome.REFUSED);
      } else if (size > left) {
        ledger.dropped(alias, Outcome.OVER_BUDGET);
      } else {
        headers.accept(alias, entry.text);
        left -= size;
      }
    }
  }
}
