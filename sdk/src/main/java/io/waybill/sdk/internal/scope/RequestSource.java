package io.waybill.sdk.internal.scope;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import org.jspecify.annotations.Nullable;

/** What opened a request: it keeps its views in step with Baggage, and opens another like it. */
interface RequestSource {
  /** Returns what keeps views and OpenTelemetry's Baggage in step. */
  BaggageMirror mirror();

  /** Says that something which ran in a request left a Context open on its thread. */
  void leftOpen();

  /** Says that a span threw {@code failure} where a field was to be shown on it. */
  void notShown(Throwable failure);

  /** Opens a request in code, with {@code set} by slot, and what lies in {@code before}. */
  RequestScope open(@Nullable BaggageValue[] set, Context before);
}
