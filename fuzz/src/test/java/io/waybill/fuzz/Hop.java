package io.waybill.fuzz;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.LeakDetection;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.SpanMode;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Peer;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A service with fields of several types, some with a header of their own, and three neighbours.
 */
final class Hop {
  static final BaggageField<String> USER = BaggageField.identity("user.id", FieldCodec.string());
  static final BaggageField<UUID> SESSION = BaggageField.identity("session.id", FieldCodec.uuid());
  static final BaggageField<Long> SHARD = BaggageField.attribute("shard", FieldCodec.int64());
  static final BaggageField<String> LOCALE = BaggageField.attribute("locale", FieldCodec.string());
  static final List<BaggageField<?>> FIELDS =
      List.of(BaggageField.REQUEST_ID, USER, SESSION, SHARD, LOCALE);

  static final Destination OWN = destination("http://own.internal");
  static final Destination PARTNER = destination("https://partner.example");
  static final Destination UNKNOWN = destination("https://unknown.example");

  /** One that believes its peers, and one that does not. */
  static final Hop TRUSTING = new Hop(TrustZone.OWN);

  static final Hop DISTRUSTING = new Hop(TrustZone.PUBLIC);

  static final int ROOM = 8192;

  private static final Peer PEER = Peer.unverified(null, null);

  final Waybill waybill;

  private Hop(TrustZone peers) {
    ContextPropagators propagators =
        ContextPropagators.create(
            TextMapPropagator.composite(
                W3CTraceContextPropagator.getInstance(), WaybillPropagator.create()));
    waybill =
        Waybill.builder(OpenTelemetry.propagating(propagators))
            .carry(BaggageField.REQUEST_ID, rule -> rule.alias("x-request-id"))
            .carry(USER, rule -> rule.alias("x-user-id"))
            .carry(SESSION)
            .carry(SHARD)
            .carry(LOCALE, rule -> rule.aliasList("x-locale").admitFrom(TrustZone.PUBLIC))
            .peers(peer -> peers)
            .destination("http://own.internal", TrustZone.OWN)
            .destination("https://partner.example", TrustZone.PARTNER, LOCALE)
            .spans(SpanMode.NEVER)
            .leakDetection(LeakDetection.OFF)
            .build();
  }

  /** Receives a request; end it. */
  IncomingCall receive(Headers headers) {
    return waybill.receive(headers, Headers.GETTER, PEER, "GET", span -> {});
  }

  /**
   * Returns the headers of a call to {@code to}, into which the application wrote {@code present}.
   */
  Headers send(Context caller, Destination to, List<String> present, int maxBytes) {
    Headers headers = new Headers();
    OutgoingCall call = waybill.send(caller, to);
    call.start(headers, Headers.GETTER, "GET", span -> {});
    call.inject(headers, Headers.SETTER, present, maxBytes);
    call.end();
    return headers;
  }

  private static Destination destination(String uri) {
    return Objects.requireNonNull(Destination.of(URI.create(uri)), uri);
  }
}
