package io.waybill.benchmarks.scope;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillBuilder;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service that believes its peers, set up as users do, and what it receives. */
final class Service {
  private static final Peer PEER = Peer.unverified(null, null);
  private static final BaggageHeader HEADER = new BaggageHeader();

  private Service() {}

  /** Starts its set-up; spans are recorded and exported nowhere. */
  static WaybillBuilder setUp() {
    OpenTelemetrySdk telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder().build())
            .setPropagators(
                ContextPropagators.create(
                    TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(), WaybillPropagator.create())))
            .build();
    return Waybill.builder(telemetry).peers(peer -> TrustZone.OWN);
  }

  /** Returns the open request that brings one {@code baggage} header. */
  static IncomingCall receive(Waybill waybill, String baggage) {
    return waybill.receive(baggage, HEADER, PEER, "GET", span -> {});
  }

  /** A carrier that is the value of the only header there is. */
  private static final class BaggageHeader implements TextMapGetter<String> {
    private static final String NAME = "baggage";

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(String carrier) {
      return List.of(NAME);
    }

    @Override
    public @Nullable String get(@Nullable String carrier, String name) {
      return name.equals(NAME) ? carrier : null;
    }
  }
}
