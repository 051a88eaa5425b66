package io.waybill.benchmarks.grpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** OpenTelemetry's propagators in interceptors that do nothing else. */
@State(Scope.Thread)
public class OpenTelemetryCalls extends Calls {
  @Override
  protected void install(ServerBuilder<?> builder) {
    builder.intercept(new BareInterceptors.Server());
  }

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {
    builder.intercept(new BareInterceptors.Client());
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
