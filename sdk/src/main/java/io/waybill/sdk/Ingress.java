package io.waybill.sdk;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.RequestScope;
import io.waybill.sdk.internal.policy.Policy;
import io.waybill.sdk.internal.scope.Requests;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.internal.telemetry.DecisionLog;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.ForwardedCertificate;
import io.waybill.sdk.internal.wire.Members;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.Peer;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The border inwards: turns what a peer sends into a request, as far as the policy admits it. */
final class Ingress {
  private final Requests requests;
  private final Policy policy;
  private final Limits limits;
  private final TraceHeaders traces;
  private final Spans spans;
  private final DecisionRecorder counting;
  private final Warnings warnings;
  private final @Nullable BiConsumer<IncomingRequest, RequestScope> onRequest;

  Ingress(
      Requests requests,
      Policy policy,
      Limits limits,
      @Nullable BiConsumer<IncomingRequest, RequestScope> onRequest,
      TraceHeaders traces,
      Spans spans,
      DecisionRecorder counting,
      Warnings warnings) {
    this.requests = requests;
    this.policy = policy;
    this.limits = limits;
    this.onRequest = onRequest;
    this.traces = traces;
    this.spans = spans;
    this.counting = counting;
    this.warnings = warnings;
  }

  /** Parses the header lines, admits the members, and opens the request with its span. */
  <C> IncomingCall receive(
      SpanMode mode,
      C carrier,
      TextMapGetter<C> getter,
      Peer peer,
      String spanName,
      Consumer<SpanBuilder> attributes) {
    Context current = Context.current();
    requests.receivedIn(current);
    ScopeView instrumented = requests.takeOver(current);
    Context before = instrumented == null ? current : ScopeView.outside(current);
    DecisionLog decisions = requests.decisions(spanName);
    DecisionRecorder recorder = counting.explainingIn(decisions, null);
    Peer sender = ProxiedPeer.of(peer, policy, carrier, getter, recorder);
    IncomingRequest incoming = incoming(carrier, getter, sender);
    Admission admission = new Admission(requests.fields(), policy.zone(sender), recorder);
    ScopeView view =
        admit(
            parse(carrier, getter), incoming, admission, before, recorder, decisions, instrumented);
    Context parent = traces.extract(withoutSpanOfOthers(before), carrier, getter);
    IncomingCall call = open(view, mode, before, parent, spanName, attributes);
    run(incoming, call);
    return call;
  }

  /**
   * Opens the request that an instrumentation has received, which starts its span.
   *
   * @param extracted what the propagators have read, where the span has its parent
   * @param operation what an explanation calls it
   * @param shows whether its Baggage lies beside it
   */
  <C> IncomingCall receiveBelow(
      Context extracted,
      C carrier,
      TextMapGetter<C> getter,
      Peer peer,
      String operation,
      boolean shows) {
    DecisionLog decisions = requests.decisions(operation);
    DecisionRecorder recorder = counting.explainingIn(decisions, null);
    Peer sender = ProxiedPeer.of(peer, policy, carrier, getter, recorder);
    IncomingRequest incoming = incoming(carrier, getter, sender);
    Admission admission = new Admission(requests.fields(), policy.zone(sender), recorder);
    ScopeView view =
        admit(parse(carrier, getter), incoming, admission, extracted, recorder, decisions, null);
    view.state().openByInstrumentation();
    Context opened = view.storeIn(extracted);
    view.state().open(shows ? opened : view.below(opened));
    IncomingCall call = new IncomingCall(spans, view, Span.getInvalid());
    run(incoming, call);
    return call;
  }

  /** Returns the headers that are read; null if any may be, by the hook. */
  @Nullable Set<String> headers() {
    if (onRequest != null) {
      return null;
    }
    Set<String> headers = new TreeSet<>(Set.of(BaggageParser.HEADER));
    requests.fields().rules().values().stream()
        .map(FieldRule::alias)
        .filter(Objects::nonNull)
        .forEach(headers::add);
    if (policy.hasProxies()) {
      headers.add(ForwardedCertificate.HEADER);
    }
    return headers;
  }

  /** Counts a request with baggage that no instrumentation has had opened. */
  void leftClosed() {
    counting.count(1, Outcome.UNOPENED);
    Warnings.leftClosed();
  }

  /** Returns what reads other headers; null where nobody does. */
  private <C> @Nullable IncomingRequest incoming(C carrier, TextMapGetter<C> getter, Peer sender) {
    boolean isRead = onRequest != null || requests.fields().haveAliases();
    return isRead ? IncomingRequest.of(carrier, getter, sender) : null;
  }

  /** Returns the members that came in; null where there is no line of them, usable or not. */
  private <C> @Nullable Members parse(C carrier, TextMapGetter<C> getter) {
    try {
      Iterator<String> lines = getter.getAll(carrier, BaggageParser.HEADER);
      return !lines.hasNext()
          ? null
          : BaggageParser.parse(lines, limits.members(), limits.inboundBytes());
    } catch (Throwable carrierFailed) {
      counting.count(1, Outcome.INVALID);
      return Members.NONE;
    }
  }

  /**
   * Returns the view of a new request, as far as it is admitted.
   *
   * @param received null where no header said anything: then what somebody further out has put into
   *     the Context passes by the same rules. He may have read it from another header of the peer
   * @param incoming where a field is read that the members do not have, by its alias; null if none
   *     has one
   * @param before the Context in which the server runs
   * @param instrumented the same request, as an instrumentation has opened it; null if none has
   */
  private ScopeView admit(
      @Nullable Members received,
      @Nullable IncomingRequest incoming,
      Admission admission,
      Context before,
      DecisionRecorder recorder,
      @Nullable DecisionLog decisions,
      @Nullable ScopeView instrumented) {
    Members members = received == null ? Members.NONE : received;
    recorder.drop(members.invalid(), Outcome.INVALID);
    recorder.drop(members.overLimit(), Outcome.OVER_LIMIT);
    Baggage around = received == null ? Requests.around(before) : Baggage.empty();
    admission.declared(members);
    admission.declared(around);
    if (incoming != null) {
      admission.aliases(incoming);
    }
    Baggage undeclared = admission.undeclared(members, around);
    return requests.open(admission.values(), members, undeclared, decisions, instrumented);
  }

  /**
   * Opens the request: below a span of another instrumentation if there is one, else below what
   * came in.
   */
  private IncomingCall open(
      ScopeView view,
      SpanMode mode,
      Context before,
      Context extracted,
      String name,
      Consumer<SpanBuilder> attributes) {
    Span current = Span.fromContext(before);
    boolean spanned =
        ScopeView.storedIn(before) == null
            && Spans.isServersOwn(current, Span.fromContext(extracted).getSpanContext());
    Context opened = view.storeIn(spanned ? before : extracted);
    view.state().open(opened);
    if (mode.starts(spanned)) {
      return new IncomingCall(spans, view, start(view, opened, name, attributes));
    }
    if (spanned && current.isRecording()) {
      view.state().showOn(current);
      view.showOn(current);
    }
    return new IncomingCall(spans, view, Span.getInvalid());
  }

  /** A processor of the user sees the request in the Context, and may say whose it is. */
  private Span start(
      ScopeView view, Context opened, String name, Consumer<SpanBuilder> attributes) {
    Object before = view.state().version();
    Span span = spans.start(SpanKind.SERVER, opened, name, attributes, view);
    view.state().open(opened.with(span));
    view.state().showOn(span);
    if (view.state().version() != before) {
      view.showOn(span);
    }
    return span;
  }

  /** A span that runs on this thread is no parent of what came in, unless by the headers. */
  private static Context withoutSpanOfOthers(Context before) {
    boolean others =
        Spans.isLocal(Span.fromContext(before).getSpanContext())
            || ScopeView.storedIn(before) != null;
    return others ? before.with(Span.getInvalid()) : before;
  }

  private void run(@Nullable IncomingRequest incoming, IncomingCall call) {
    if (onRequest == null || incoming == null) {
      return;
    }
    try (Scope ignored = RequestScope.restoring(call.context()).makeCurrent()) {
      onRequest.accept(incoming, call.scope());
    } catch (Throwable usersHookFailed) {
      warnings.hookFailed("onRequest", usersHookFailed);
    } finally {
      incoming.close();
    }
  }
}
