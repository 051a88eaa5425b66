package io.waybill.sdk;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.policy.Route;
import io.waybill.sdk.internal.scope.BaggageValue;
import io.waybill.sdk.internal.scope.Fields;
import io.waybill.sdk.internal.scope.Released;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The headers of a call: formats what was released to it, and writes it into the carrier. */
final class CallHeaders {
  private static final int HEADER = 32;

  private final Fields fields;
  private final int maxMembers;
  private final TraceHeaders traces;
  private final Warnings warnings;

  CallHeaders(Fields fields, int maxMembers, TraceHeaders traces, Warnings warnings) {
    this.fields = fields;
    this.maxMembers = maxMembers;
    this.traces = traces;
    this.warnings = warnings;
  }

  /** Returns whether {@code carrier} names {@code span} as the parent. */
  <C> boolean hasParent(C carrier, TextMapGetter<C> getter, Span span) {
    return traces.isIn(carrier, getter, span);
  }

  /** Takes out what others wrote into the call, and only Waybill may say. */
  <C> void takeOut(
      C carrier,
      BiPredicate<C, String> remove,
      Released released,
      Route route,
      DecisionRecorder recorder) {
    if (!route.traced()) {
      remove(carrier, remove, TraceHeaders.TRACEPARENT);
    }
    if (!route.traced() || route.zone() != TrustZone.OWN) {
      remove(carrier, remove, TraceHeaders.TRACESTATE);
    }
    for (int slot = 0; fields.haveAliases() && slot < fields.size(); slot++) {
      String alias = fields.rule(slot).alias();
      if (alias != null) {
        takeOutAlias(carrier, remove, alias, slot, released, route, recorder);
      }
    }
  }

  /** As of a member in {@code baggage}: nobody speaks for an identity, nor over the request. */
  private <C> void takeOutAlias(
      C carrier,
      BiPredicate<C, String> remove,
      String alias,
      int slot,
      Released released,
      Route route,
      DecisionRecorder recorder) {
    if (fields.isIdentity(slot)) {
      if (remove(carrier, remove, alias)) {
        recorder.drop(alias, Outcome.SHADOWED);
        warnings.headerTakenOut(alias, fields.name(slot));
      }
    } else if (!route.releases(fields.field(slot))) {
      if (remove(carrier, remove, alias)) {
        recorder.drop(alias, Outcome.WITHHELD);
      }
    } else if (released.has(fields.name(slot))) {
      remove(carrier, remove, alias);
    }
  }

  private <C> boolean remove(C carrier, BiPredicate<C, String> remove, String name) {
    try {
      return remove.test(carrier, name);
    } catch (Throwable carrierFailed) {
      warnings.hookFailed("carrier of a call", carrierFailed);
      return false;
    }
  }

  /** Writes the trace of {@code context}. */
  <C> void writeTrace(C carrier, TextMapSetter<C> setter, Context context, Route route) {
    traces.inject(context, carrier, setter, route.zone());
  }

  /**
   * Writes what was released: baggage first, and then the headers that fields have of their own, as
   * many as there is room for.
   *
   * @param present the {@code baggage} lines that the application wrote into this call itself
   * @param maxBytes the room for the value of {@code baggage}
   * @param maxTotal the room for that and the other headers together
   */
  <C> void writeReleased(
      C carrier,
      TextMapSetter<C> setter,
      Released released,
      Route route,
      List<String> present,
      int maxBytes,
      int maxTotal,
      DecisionRecorder recorder) {
    int room = Math.max(0, Math.min(maxBytes, maxTotal));
    String baggage = baggage(released, present, route, room, recorder);
    if (baggage != null) {
      write(carrier, setter, BaggageParser.HEADER, baggage);
    }
    int left = maxTotal - (baggage == null ? 0 : baggage.length());
    writeAliases(carrier, setter, released, left, recorder);
  }

  /**
   * Returns the header line of {@code released} and of what the application itself wrote into the
   * header of this call; null if there is nothing to send.
   *
   * @param present the lines that the application wrote
   */
  private @Nullable String baggage(
      Released released,
      List<String> present,
      Route route,
      int maxBytes,
      DecisionRecorder recorder) {
    Members written =
        present.isEmpty() ? Members.NONE : BaggageParser.parse(present, maxMembers, maxBytes);
    boolean merges = written.size() > 0;
    String ready = merges ? null : released.header(maxBytes);
    if (ready != null) {
      return ready;
    }
    List<BaggageValue> values =
        merges ? merge(released.values(), written, route, recorder) : released.values();
    if (values.isEmpty()) {
      return null;
    }
    int length = length(values);
    if (length - 1 > maxBytes || values.size() > maxMembers) {
      values = madeHereLast(values);
    }
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes, length);
    boolean whole = format(values, formatter, maxBytes, recorder);
    String text = formatter.text();
    if (whole && !merges) {
      released.ready(text);
    }
    return text;
  }

  /**
   * Returns {@code released} with what the application itself wrote into the header of this call.
   * It never speaks for an identity field, and does not replace what the request carries.
   */
  private List<BaggageValue> merge(
      List<BaggageValue> released, Members present, Route route, DecisionRecorder recorder) {
    List<BaggageValue> merged = new ArrayList<>(released);
    // As many of either as the limits allow: not each compared with each.
    Set<String> names = released.stream().map(value -> value.name).collect(Collectors.toSet());
    for (int i = 0; i < present.size(); i++) {
      int slot = fields.slot(present, i);
      if (slot >= 0 && fields.isIdentity(slot)) {
        recorder.drop(present, i, Outcome.SHADOWED);
      } else if (slot >= 0 ? !route.releases(fields.field(slot)) : !route.releasesForeign()) {
        recorder.drop(present, i, Outcome.WITHHELD);
      } else if (!names.contains(present.name(i))) {
        BaggageValue value = BaggageValue.foreign(present, i);
        merged.add(route.releasesForeign() ? value : value.withoutProperties());
      }
    }
    return merged;
  }

  /** A header that came in full is to lose none of its members to the id that was added here. */
  private static List<BaggageValue> madeHereLast(List<BaggageValue> values) {
    List<BaggageValue> last = new ArrayList<>(values);
    for (BaggageValue value : values) {
      if (value.isRequestIdOfHere()) {
        last.remove(value);
        last.add(value);
      }
    }
    return last;
  }

  /** Returns whether all values had room. */
  private boolean format(
      List<BaggageValue> values,
      BaggageFormatter formatter,
      int maxBytes,
      DecisionRecorder recorder) {
    List<String> left = List.of();
    for (BaggageValue value : values) {
      if (value.writeTo(formatter)) {
        recorder.explain(value.name, Outcome.RELEASED);
      } else {
        recorder.drop(value.name, Outcome.OVER_BUDGET);
        left = left.isEmpty() ? new ArrayList<>() : left;
        left.add(value.name);
      }
    }
    if (!left.isEmpty()) { // The text of the limit is for the log alone.
      warnings.overBudget(left, formatter.isFull() ? maxMembers + " members" : maxBytes + " bytes");
    }
    return left.isEmpty();
  }

  private static int length(List<BaggageValue> values) {
    int length = 0;
    for (BaggageValue value : values) {
      length += value.length();
    }
    return length;
  }

  /**
   * Writes the fields that have a header of their own, as far as our own border would take them,
   * and as many as {@code room} takes: names, values, and 32 bytes for each (RFC 9113 §6.5.2).
   */
  private <C> void writeAliases(
      C carrier, TextMapSetter<C> setter, Released released, int room, DecisionRecorder recorder) {
    if (!fields.haveAliases()) {
      return;
    }
    int left = room;
    for (BaggageValue value : released.values()) {
      int slot = fields.slot(value.name);
      String alias = slot < 0 ? null : fields.rule(slot).alias();
      if (alias == null) {
        continue;
      }
      int size = alias.length() + value.text.length() + HEADER;
      if (!value.isAlias(fields.field(slot), fields.rule(slot).isAliasList())) {
        recorder.drop(alias, Outcome.REFUSED);
      } else if (size > left) {
        recorder.drop(alias, Outcome.OVER_BUDGET);
      } else {
        write(carrier, setter, alias, value.text);
        left -= size;
      }
    }
  }

  /** A carrier that refuses a header goes without it, and with the others. */
  private <C> void write(C carrier, TextMapSetter<C> setter, String name, String value) {
    try {
      setter.set(carrier, name, value);
    } catch (Throwable carrierFailed) {
      warnings.hookFailed("carrier of a call", carrierFailed);
    }
  }
}
