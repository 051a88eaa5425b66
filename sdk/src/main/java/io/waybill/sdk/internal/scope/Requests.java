package io.waybill.sdk.internal.scope;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.sdk.internal.telemetry.DecisionLog;
import io.waybill.sdk.internal.telemetry.LeakDetector;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.Members;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Opens requests: the id, the state, the watch for leaks, and the first view. */
public final class Requests implements RequestSource {
  private final Fields fields;
  private final BaggageMirror mirror;
  private final LeakDetector leaks;
  private final Warnings warnings;
  private final boolean explains;
  private final int requestId;

  /** Creates an opener of requests that have {@code fields}. */
  public Requests(
      Fields fields,
      BaggageMirror mirror,
      LeakDetector leaks,
      Warnings warnings,
      boolean explains) {
    this.fields = fields;
    this.mirror = mirror;
    this.leaks = leaks;
    this.warnings = warnings;
    this.explains = explains;
    this.requestId = fields.slot(BaggageField.REQUEST_ID);
  }

  /** Returns the fields that a request has. */
  public Fields fields() {
    return fields;
  }

  @Override
  public BaggageMirror mirror() {
    return mirror;
  }

  /** Returns where a request's decisions are explained; null where set-up does not ask for it. */
  public @Nullable DecisionLog decisions(String what) {
    return explains ? new DecisionLog(what) : null;
  }

  @Override
  public void leftOpen() {
    leaks.leftOpen();
  }

  @Override
  public void notShown(Throwable failure) {
    warnings.hookFailed("attribute of a span", failure);
  }

  /** Looks at the Context in which a server has received a request: none that is over, normally. */
  public void receivedIn(Context before) {
    ScopeView left = ScopeView.storedIn(before);
    if (left != null && left.isEnded()) {
      leaks.leftBehind();
    }
  }

  /**
   * Returns the request of {@code before}, if an instrumentation of others has opened it for the
   * server that an adapter of ours is inside of: it is the same one. Else, and for whoever is the
   * second to ask, returns null.
   */
  public @Nullable ScopeView takeOver(Context before) {
    ScopeView there = ScopeView.storedIn(before);
    return there != null && there.state().isTakenOverBy(this) ? there : null;
  }

  /**
   * Opens a request that was received.
   *
   * @param values by slot, what the policy admitted
   * @param received the members that came in
   * @param undeclared has what no field declares, as far as the policy admitted it
   * @param instrumented the same request as {@link #takeOver} has found it; null if it is new
   */
  public ScopeView open(
      @Nullable BaggageValue[] values,
      Members received,
      Baggage undeclared,
      @Nullable DecisionLog decisions,
      @Nullable ScopeView instrumented) {
    mirror.atRequest();
    if (values[requestId] == null) {
      values[requestId] = instrumented == null ? newId() : instrumented.value(requestId);
    }
    RequestState state = new RequestState(fields, this, values);
    state.atEnd(leaks.opened(state));
    state.explainIn(decisions);
    Arrays.fill(values, 0, fields.identities(), null);
    return new ScopeView(state, values, received, undeclared);
  }

  private static BaggageValue newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String id = TraceId.fromLongs(random.nextLong(), random.nextLong());
    return BaggageValue.set(BaggageField.REQUEST_ID, id);
  }

  @Override
  public ScopeView open(@Nullable BaggageValue[] set, Context before) {
    Baggage around = around(before);
    @Nullable BaggageValue[] values = mirror.read(fields, around);
    for (int slot = 0; slot < set.length; slot++) {
      if (set[slot] != null) {
        values[slot] = set[slot];
      }
    }
    ScopeView view = open(values, Members.NONE, around, decisions("request in code"), null);
    view.state().open(view.storeIn(before));
    return view;
  }

  /** Returns the Baggage of {@code before}; a request inside another one sees nothing of it. */
  public static Baggage around(Context before) {
    boolean nested = ScopeView.storedIn(before) != null;
    return nested ? Baggage.empty() : Baggage.fromContext(before);
  }
}
