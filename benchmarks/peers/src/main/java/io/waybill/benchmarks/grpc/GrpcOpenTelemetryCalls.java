package io.waybill.benchmarks.grpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** gRPC's own tracing, without its metrics. Its handlers see a span, and no baggage. */
@State(Scope.Thread)
public class GrpcOpenTelemetryCalls extends Calls {
  private final GrpcOpenTelemetry grpc;

  /** Sets it up with spans that are exported nowhere. */
  public GrpcOpenTelemetryCalls() {
    // Still off by default; read when its class is loaded.
    System.setProperty("GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING", "true");
    grpc =
        GrpcOpenTelemetry.newBuilder()
            .sdk(Telemetry.with(W3CBaggagePropagator.getInstance()))
            .disableAllMetrics()
            .build();
  }

  @Override
  protected void install(ServerBuilder<?> builder) {
    grpc.configureServerBuilder(builder);
  }

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    grpc.configureChannelBuilder(builder);
  }

  @Override
  protected Context caller() {
    return Identity.plain();
  }
}
