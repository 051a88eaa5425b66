package io.waybill.sdk.credential;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.waybill.sdk.internal.telemetry.CredentialCounter;
import io.waybill.sdk.internal.telemetry.DecisionRecorder;
import io.waybill.sdk.internal.telemetry.Spans;
import io.waybill.sdk.internal.telemetry.Warnings;
import io.waybill.sdk.policy.Outcome;

/**
 * What is seen of credentials: the metric, a span of a renewal with a link to that which asked, a
 * warning, and an explanation where set-up asks for them.
 */
final class CredentialTelemetry {
  private static final String EVENT = "waybill.credential.renewed";

  private final CredentialCounter counter;
  private final DecisionRecorder explaining;
  private final Spans spans;
  private final Warnings warnings;

  CredentialTelemetry(
      CredentialCounter counter, DecisionRecorder explaining, Spans spans, Warnings warnings) {
    this.counter = counter;
    this.explaining = explaining;
    this.spans = spans;
    this.warnings = warnings;
  }

  /** Counts and explains one. */
  void tell(Held<?> held, Outcome outcome) {
    counter.count(held.credential.field.name(), outcome);
    held.explain(explaining, outcome);
  }

  /** Counts one that went out without, and explains {@code why}. */
  void withheld(Held<?> held, Outcome why) {
    counter.count(held.credential.field.name(), Outcome.WITHHELD);
    held.explain(explaining, why);
  }

  /** Explains why there was nothing to attach. */
  void absent(Held<?> held) {
    held.explain(explaining, Outcome.ABSENT);
  }

  /** Starts the span of a renewal: a trace of its own, since many may wait for it. */
  Span start(Credential<?> credential, Span asked) {
    return spans.start(
        SpanKind.INTERNAL,
        Context.root(),
        "renew " + credential.field.name(),
        span -> span.addLink(asked.getSpanContext()),
        null);
  }

  void end(Span span, Outcome outcome) {
    spans.end(
        span,
        outcome,
        (ended, how) -> {
          if (how != Outcome.RENEWED) {
            ended.setStatus(StatusCode.ERROR, how.label());
          }
        });
  }

  /** Says so on the span of the call that asked. */
  void renewed(Held<?> held, Span asked) {
    tell(held, Outcome.RENEWED);
    try {
      held.span(asked).addEvent(EVENT);
    } catch (Throwable spanFailed) {
      warnings.hookFailed("event of a span", spanFailed);
    }
  }

  void failed(Held<?> held, Throwable failure) {
    tell(held, Outcome.FAILED);
    hookFailed(held, "renewal", failure);
  }

  void hookFailed(Held<?> held, String what, Throwable failure) {
    warnings.hookFailed(what + " of " + held.credential.field.name(), failure);
  }
}
