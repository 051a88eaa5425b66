package io.waybill.sdk.internal.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;

/**
 * The fields of a request, as spans show them. What a span throws is counted, and goes no further.
 */
public interface SpanFields {
  /** Sets the fields on a span that is about to start. */
  void showOn(SpanBuilder span);

  /** Sets the fields on a span that runs. */
  void showOn(Span span);
}
