package io.waybill.sdk;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.waybill.sdk.internal.scope.ScopeView;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Peer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The two borders of a Waybill as a propagator asks them: inside an instrumentation of others. */
record Borders(Ingress ingress, Egress egress, Predicate<String> skips, Limits limits) {

  /** Returns the headers that are read, in lower case; null if any may be. */
  @Nullable Set<String> headers() {
    return ingress.headers();
  }

  /** Returns {@code around} outside of any request, if {@code operation} is skipped; else null. */
  @Nullable Context skipped(String operation, Context around) {
    return skips.test(operation) ? ScopeView.outside(around) : null;
  }

  /** Opens a request that was received. */
  IncomingCall receive(
      Context extracted,
      Map<String, List<String>> headers,
      Peer peer,
      String operation,
      boolean shows) {
    return ingress.receiveBelow(extracted, headers, CopiedHeaders.GETTER, peer, operation, shows);
  }

  /** Counts a request with baggage that no instrumentation has had opened. */
  void leftClosed() {
    ingress.leftClosed();
  }

  /** Writes what {@code caller} carries into a call to {@code destination}. */
  <C> void release(Context caller, Destination destination, C carrier, TextMapSetter<C> setter) {
    boolean isGrpc = destination.scheme().startsWith("grpc");
    int room = isGrpc ? limits.grpcBytes() : limits.httpBytes();
    egress.write(caller, destination, carrier, setter, room);
  }
}
