package io.waybill.beside.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import jakarta.servlet.Filter;
import java.util.function.Supplier;

/** What both set-ups have in common. */
final class Fields {
  private Fields() {}

  static WaybillBuilder of(OpenTelemetry openTelemetry) {
    return Waybill.builder(openTelemetry).carry(Identities.USER).carry(Identities.PLAN);
  }

  /** Returns a filter that observes, as Spring Security's do. */
  static Filter observing(Supplier<ObservationRegistry> registry) {
    return (request, response, chain) -> {
      Observation observation = Observation.start("security", registry.get());
      try (Observation.Scope unused = observation.openScope()) {
        chain.doFilter(request, response);
      } finally {
        observation.stop();
      }
    };
  }
}
