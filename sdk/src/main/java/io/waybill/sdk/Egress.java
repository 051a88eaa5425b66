package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Route;
import io.waybill.sdk.telemetry.DropCounter;
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
  private final Fields fields;
  private final BaggageMirror mirror;
  private final DropCounter drops;
  private final Warnings warnings;

  Egress(Fields fields, BaggageMirror mirror, DropCounter drops, Warnings warnings) {
    this.fields = fields;
    this.mirror = mirror;
    this.drops = drops;
    this.warnings = warnings;
  }

  /** Returns what goes along {@code route}: identity, then attributes, then foreign members. */
  List<Entry> release(Context caller, Route route) {
    View view = View.in(caller);
    Baggage baggage = view == null ? Baggage.fromContext(caller) : view.undeclared();
    List<Entry> released = new ArrayList<>();
    releaseDeclared(view, baggage, route, released);
    releaseForeign(view == null ? Members.NONE : view.received(), baggage, route, released);
    return released;
  }

  private void releaseDeclared(
      @Nullable View view, Baggage baggage, Route route, List<Entry> released) {
    @Nullable Entry[] outsideOfRequest = view == null ? mirror.read(fields, baggage) : new Entry[0];
    for (int slot = 0; slot < fields.size(); slot++) {
      Entry entry = view == null ? outsideOfRequest[slot] : view.entry(fields, slot);
      if (entry == null) {
        continue;
      }
      if (route.releases(fields.field(slot))) {
        released.add(entry);
      } else {
        drops.count(Outcome.WITHHELD);
      }
    }
  }

  /** Releases what nobody declared: first what came in and was not touched, as it came in. */
  private void releaseForeign(
      Members received, Baggage baggage, Route route, List<Entry> released) {
    for (int i = 0; i < received.size(); i++) {
      boolean foreign = fields.slot(received, i) < 0 && isUntouched(received, i, baggage);
      if (foreign && mayPass(route)) {
        released.add(Entry.foreign(received, i));
      }
    }
    baggage.forEach(
        (name, plain) -> {
          int i = received.indexOf(name);
          if (fields.slot(name) >= 0 || (i >= 0 && isUntouched(received, i, baggage))) {
            return;
          }
          if (!BaggageFormatter.isName(name)) {
            drops.count(Outcome.INVALID);
          } else if (mayPass(route)) {
            String properties = BaggageParser.properties(plain.getMetadata().getValue());
            released.add(Entry.foreign(name, plain.getValue(), properties));
          }
        });
  }

  private boolean mayPass(Route route) {
    if (!route.releasesForeign()) {
      drops.count(Outcome.WITHHELD);
    }
    return route.releasesForeign();
  }

  private static boolean isUntouched(Members received, int i, Baggage baggage) {
    BaggageEntry now = baggage.getEntry(received.name(i));
    return now != null
        && now.getValue().equals(received.value(i))
        && now.getMetadata().getValue().equals(received.properties(i));
  }

  /**
   * Returns {@code released} with what the application itself wrote into the header of this call.
   * It never speaks for an identity field, and does not replace what the request carries.
   */
  List<Entry> merge(List<Entry> released, Members present, Route route) {
    List<Entry> merged = new ArrayList<>(released);
    for (int i = 0; i < present.size(); i++) {
      int slot = fields.slot(present, i);
      if (slot >= 0 && fields.isIdentity(slot)) {
        drops.count(Outcome.SHADOWED);
      } else if (slot >= 0 ? !route.releases(fields.field(slot)) : !route.releasesForeign()) {
        drops.count(Outcome.WITHHELD);
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
  @Nullable String format(List<Entry> released, int maxMembers, int maxBytes) {
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes);
    for (Entry entry : released) {
      if (!entry.writeTo(formatter)) {
        drops.count(Outcome.OVER_BUDGET);
        warnings.overBudget(entry.name, maxBytes);
      }
    }
    return formatter.text();
  }

  /** Writes the fields that have a header of their own. */
  void aliases(List<Entry> released, BiConsumer<String, String> headers) {
    for (Entry entry : released) {
      int slot = fields.slot(entry.name);
      String alias = slot < 0 ? null : fields.rule(slot).alias();
      if (alias == null) {
        continue;
      }
      if (AliasText.isValid(entry.text)) {
        headers.accept(alias, entry.text);
      } else {
        drops.count(Outcome.REFUSED);
      }
    }
  }

  /** Returns {@code released} as the Baggage that interceptors below ours see. */
  static Baggage baggage(List<Entry> released) {
    BaggageBuilder builder = Baggage.builder();
    for (Entry entry : released) {
      builder.put(entry.name, entry.text, BaggageEntryMetadata.create(entry.properties));
    }
    return builder.build();
  }
}
