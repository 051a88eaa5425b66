package io.waybill.benchmarks.grpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Nothing installed. */
@State(Scope.Thread)
public class PlainCalls extends Calls {
  @Override
  protected void install(ServerBuilder<?> builder) {}

  @Override
  protected void install(ManagedChannelBuilder<?> builder) {}
}
