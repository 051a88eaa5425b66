package io.waybill.benchmarks.instrumented;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.waybill.benchmarks.grpc.Calls;
import io.waybill.benchmarks.grpc.Identity;
import io.waybill.benchmarks.grpc.Telemetry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** OpenTelemetry's instrumentation on both sides; spans are recorded and exported nowhere. */
@State(Scope.Thread)
public class GrpcTelemetryCalls extends Calls {
  private final GrpcTelemetry grpc = theirs();

  private static GrpcTelemetry theirs() {
    Inside.nobody();
    return GrpcTelemetry.create(Telemetry.with(W3CBaggagePropagator.getInstance()));
  }

  @Override
  protected void install(ServerBuilder<?> builder) {
    builder.intercept(grpc.createServerInterceptor());
  }

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    builder.intercept(grpc.createClientInterceptor());
  }

  @Override
  protected Context caller() {
    return Identity.plain();
  }

  @Override
  protected @Nullable String user() {
    return Baggage.current().getEntryValue(USER);
  }
}
