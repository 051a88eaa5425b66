package io.waybill.opentelemetry.instrumentation;

import static java.util.Objects.requireNonNull;

import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.sdk.InstrumentedCalls;
import io.waybill.sdk.Waybill;

/**
 * The borders of Waybill on all that OpenTelemetry's own library instrumentation calls and serves:
 * no client or server is wrapped.
 *
 * <pre>{@code
 * Waybill waybill = Waybill.configured(openTelemetry).build();
 * WaybillInstrumentation.install(openTelemetry, waybill);
 *
 * Call.Factory http = OkHttpTelemetry.create(openTelemetry).createCallFactory(client);
 * serverBuilder
 *     .intercept(GrpcTelemetry.create(openTelemetry).createServerInterceptor())
 *     .intercept(WaybillInstrumentation.grpcPeers());   // the outermost is the last
 * }</pre>
 *
 * <p><b>Threading.</b> Set-up; safe from any thread.
 */
public final class WaybillInstrumentation {
  private WaybillInstrumentation() {}

  /**
   * Has {@code waybill} decide what the instrumentation of {@code openTelemetry} sends and whom it
   * believes. Another OpenTelemetry keeps its own. The last one that was installed decides.
   *
   * @throws IllegalStateException if {@code openTelemetry} has no {@link
   *     io.waybill.sdk.WaybillPropagator}, or one beside it that sends baggage to any destination;
   *     or if OpenTelemetry's instrumentation does not load this jar, or is older than 2.23. Says
   *     what to add: what is missing would show by nothing else
   */
  public static void install(OpenTelemetry openTelemetry, Waybill waybill) {
    requireNonNull(openTelemetry, "openTelemetry");
    requireNonNull(waybill, "waybill");
    Probe.requireReached();
    InstrumentedCalls.install(openTelemetry, waybill);
  }

  /**
   * Returns what tells a gRPC server's callers apart, by the certificate and the addresses of their
   * connection. It has to be outside of OpenTelemetry's interceptor: added after it to a {@code
   * ServerBuilder}. Without it, or inside, every caller is a stranger.
   */
  public static ServerInterceptor grpcPeers() {
    return GrpcPeers.interceptor();
  }
}
