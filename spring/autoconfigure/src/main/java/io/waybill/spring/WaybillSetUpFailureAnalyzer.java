package io.waybill.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints what is wrong with the set-up, and what to write, in the place of a stack trace. */
final class WaybillSetUpFailureAnalyzer extends AbstractFailureAnalyzer<WaybillSetUpException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, WaybillSetUpException cause) {
    return new FailureAnalysis(
        "Waybill can't be set up: " + cause.getMessage(), cause.action(), cause);
  }
}
