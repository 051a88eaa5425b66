package io.waybill.http.webflux;

import io.micrometer.observation.Observation;
import io.opentelemetry.context.Context;
import reactor.util.context.ContextView;

/**
 * What Spring observes of a request or a call. It puts the observation into Reactor's context, and
 * Micrometer Tracing has a span for it that is current for nobody.
 */
final class Observed {
  // As ObservationThreadLocalAccessor has it, whose class needs a library that may not be there.
  private static final String KEY = "micrometer.observation";

  private Observed() {}

  /** Returns what is current inside of the observation that {@code view} has, or else now. */
  static Context in(ContextView view) {
    if (view.getOrDefault(KEY, null) instanceof Observation observation) {
      try (Observation.Scope ignored = observation.openScope()) {
        return Context.current();
      }
    }
    return Context.current();
  }
}
