package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.policy.NearMisses.NearMiss;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.internal.policy.Route;
import io.waybill.sdk.internal.scope.BaggageMirror;
import io.waybill.sdk.internal.scope.BaggageValue;
import io.waybill.sdk.internal.scope.Fields;
import io.waybill.sdk.internal.scope.Released;
import io.waybill.sdk.internal.scope.Requests;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.internal.scope.UndeclaredBaggage;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.DestinationReport;
import io.waybill.sdk.policy.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The border outwards: releases what a Context carries to one destination. */
final class Egress {
  private final Fields fields;
  private final BaggageMirror mirror;
  private final Policy policy;
  private final CallHeaders headers;
  private final Spans spans;
  private final DecisionRecorder counting;
  private final Warnings warnings;

  Egress(
      Requests requests,
      Policy policy,
      CallHeaders headers,
      Spans spans,
      DecisionRecorder counting,
      Warnings warnings) {
    this.fields = requests.fields();
    this.mirror = requests.mirror();
    this.policy = policy;
    this.headers = headers;
    this.spans = spans;
    this.counting = counting;
    this.warnings = warnings;
  }

  List<DestinationReport> report() {
    return policy.report();
  }

  /** Releases what {@code caller} carries to {@code destination}. */
  OutgoingCall send(SpanMode mode, Context caller, @Nullable Destination destination) {
    ScopeView view = ScopeView.in(caller);
    Route route = policy.route(destination);
    DecisionRecorder recorder = recorder(view, destination);
    Released released = release(caller, view, destination, route, recorder);
    return new OutgoingCall(headers, spans, mode, caller, view, route, released, recorder);
  }

  /**
   * Writes what {@code caller} carries to {@code destination}, as far as it is released: baggage
   * and the headers that fields have of their own. Nothing of the trace, since propagators call it.
   *
   * @param maxBytes the room for the value of the {@code baggage} header
   */
  <C> void write(
      Context caller, Destination destination, C carrier, TextMapSetter<C> setter, int maxBytes) {
    ScopeView view = ScopeView.in(caller);
    Route route = policy.route(destination);
    DecisionRecorder recorder = recorder(view, destination);
    Released released = release(caller, view, destination, route, recorder);
    headers.writeReleased(
        carrier, setter, released, route, List.of(), maxBytes, Integer.MAX_VALUE, recorder);
  }

  private DecisionRecorder recorder(@Nullable ScopeView view, @Nullable Destination destination) {
    return view == null ? counting : counting.explainingIn(view.state().decisions(), destination);
  }

  private Released release(
      Context caller,
      @Nullable ScopeView view,
      @Nullable Destination destination,
      Route route,
      DecisionRecorder recorder) {
    if (view != null && view.isEnded()) {
      counting.count(1, Outcome.AFTER_END);
    }
    Released released = release(caller, view, route, recorder);
    route.count(!released.values().isEmpty(), released.withheld() > 0);
    if (destination != null && released.withheld() > 0) {
      tellNearMiss(destination, route);
    }
    return released;
  }

  private void tellNearMiss(Destination destination, Route route) {
    NearMiss missed = policy.nearMisses().find(destination, route);
    if (missed != null) {
      warnings.nearMiss(missed, destination);
    }
  }

  /** Returns what {@code route} releases: identity, then attributes, then foreign members. */
  private Released release(
      Context caller, @Nullable ScopeView view, Route route, DecisionRecorder recorder) {
    Released released =
        view == null ? collect(caller, route, recorder) : release(view, route, recorder);
    recorder.count(released.withheld(), Outcome.WITHHELD);
    recorder.count(released.invalid(), Outcome.INVALID);
    return released;
  }

  private Released release(ScopeView view, Route route, DecisionRecorder recorder) {
    if (recorder.explains()) {
      return collect(view, route, recorder);
    }
    // Read before what is made of it: a change in between is found by the next call.
    Object version = view.state().version();
    Released ready = view.released();
    if (ready == null || !ready.isFor(route, version)) {
      ready =
          isAsReceived(view, route)
              ? asReceived(view, version, route)
              : collect(view, route, recorder);
      view.released(ready);
    }
    return ready;
  }

  /** Returns whether the header that came in says just what the view carries now. */
  private boolean isAsReceived(ScopeView view, Route route) {
    Members received = view.received();
    int same = undeclaredAsReceived(view);
    boolean foreignPass = route.releasesForeign() && same >= 0;
    if (!foreignPass || !isPlain(received.text()) || view.state().fields() != fields) {
      return false;
    }
    for (int slot = 0; slot < fields.size(); slot++) {
      BaggageValue value = view.value(slot);
      if (value != null && !value.isFrom(received)) {
        return false;
      }
      same += value == null ? 0 : 1;
    }
    return same == received.size();
  }

  /** White space at an end is the carrier's: not each of them takes it (RFC 9113 §8.2.1). */
  private static boolean isPlain(@Nullable String text) {
    return text != null && !text.startsWith(" ") && !text.endsWith(" ");
  }

  /** Returns how many members no field declares if they are as they came in, else -1. */
  private static int undeclaredAsReceived(ScopeView view) {
    Baggage undeclared = view.undeclared();
    if (undeclared instanceof UndeclaredBaggage foreign) {
      return foreign.count();
    }
    return undeclared.isEmpty() ? 0 : -1;
  }

  private static Released asReceived(ScopeView view, Object version, Route route) {
    Released released = new Released(route, version, view.asReceived(), 0, 0);
    released.ready(view.received().size() == 0 ? null : view.received().text());
    return released;
  }

  private Released collect(Context outsideOfRequest, Route route, DecisionRecorder recorder) {
    Baggage baggage = Baggage.fromContext(outsideOfRequest);
    Release release = new Release(fields, fields, route, recorder);
    @Nullable BaggageValue[] attributes = mirror.read(fields, baggage);
    for (int slot = 0; slot < attributes.length; slot++) {
      release.declared(slot, attributes[slot]);
    }
    release.foreign(Members.NONE, baggage);
    return release.released(null);
  }

  private Released collect(ScopeView view, Route route, DecisionRecorder recorder) {
    Object madeOf = view.state().version();
    Release release = new Release(fields, view.state().fields(), route, recorder);
    for (int slot = 0; slot < fields.size(); slot++) {
      release.declared(slot, view.value(fields, slot));
    }
    if (undeclaredAsReceived(view) != 0) {
      release.foreign(view.received(), view.undeclared());
    }
    return release.released(madeOf);
  }
}
