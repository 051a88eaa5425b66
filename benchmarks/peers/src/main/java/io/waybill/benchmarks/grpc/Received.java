package io.waybill.benchmarks.grpc;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests that come in, and stay open. */
public final class Received {
  private Received() {}

  /** Returns the Context of a request with these headers. */
  public static Context by(Waybill waybill, Map<String, String> headers) {
    Peer peer = Peer.unverified(null, null);
    return waybill.receive(headers, Headers.INSTANCE, peer, "GET", span -> {}).context();
  }

  private enum Headers implements TextMapGetter<Map<String, String>> {
    INSTANCE;

    @Override
    @SuppressWarnings("deprecation") // abstract in the oldest OpenTelemetry that we support
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String name) {
      return carrier == null ? null : carrier.get(name);
    }
  }
}
