package io.waybill.benchmarks.instrumented;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.benchmarks.grpc.Identity;
import io.waybill.benchmarks.grpc.Received;
import io.waybill.benchmarks.grpc.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.TrustZone;
import java.util.Map;

/** Who calls over HTTP, and the set-up of each library: four members, and a span for each call. */
final class Caller {
  static final String ORIGIN = "http://127.0.0.1:8080";
  static final String URL = ORIGIN + "/orders";

  private Caller() {}

  /** Returns OpenTelemetry as its users have it. */
  static OpenTelemetry openTelemetry() {
    Inside.nobody();
    return Telemetry.with(W3CBaggagePropagator.getInstance());
  }

  /** Returns Waybill with spans, as it is by default. */
  static Waybill waybill() {
    return waybill(Telemetry.with(WaybillPropagator.create()), ORIGIN);
  }

  /** Returns Waybill with {@code own} as the only destination. */
  static Waybill waybill(OpenTelemetry openTelemetry, String own) {
    return Waybill.builder(openTelemetry)
        .carry(BaggageField.identity("user.id", FieldCodec.string()))
        .carry(BaggageField.identity("tenant.id", FieldCodec.string()))
        .carry(BaggageField.attribute("plan", FieldCodec.string()))
        .peers(peer -> TrustZone.OWN)
        .destination(own, TrustZone.OWN)
        .build();
  }

  /** Enters the identity as Baggage. */
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  static Scope enterPlain() {
    return Identity.plain().makeCurrent();
  }

  /** Enters a request of {@code waybill}'s that came in. */
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  static Scope enter(Waybill waybill) {
    Context request =
        Received.by(
            waybill, Map.of("traceparent", Identity.TRACEPARENT, "baggage", Identity.BAGGAGE));
    return request.makeCurrent();
  }
}
