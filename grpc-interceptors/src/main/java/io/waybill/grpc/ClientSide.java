package io.waybill.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.opentelemetry.context.Context;
import io.waybill.sdk.ClientRequest;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import org.jspecify.annotations.Nullable;

/** Releases identity to the destination of each call, and starts its CLIENT span. */
final class ClientSide implements ClientInterceptor {
  private final Waybill waybill;
  private final @Nullable Target named;
  private final Target.Cache targets = new Target.Cache();
  private final TracingBelow below = new TracingBelow();

  ClientSide(Waybill waybill, @Nullable Destination destination) {
    this.waybill = waybill;
    this.named = destination == null ? null : Target.of(destination);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    Context caller = Context.current();
    Target target = target(options, next);
    ClientRequest request = waybill.send(caller, target.destination());
    CallOptions asking = below.applyTo(request, next, options);
    // Not only the headers: an interceptor below ours would put back what they leave out.
    ClientCall<ReqT, RespT> call =
        InContext.get(request.entry(), next, method, asking, Channel::newCall);
    int most = waybill.limits().grpcBytes();
    return new EgressCall<>(call, method, target, caller, request, most);
  }

  private Target target(CallOptions options, Channel next) {
    if (named != null) {
      return named;
    }
    String override = options.getAuthority();
    boolean moved = override != null && !override.equals(next.authority());
    return moved ? Target.UNKNOWN : targets.target(next.authority());
  }
}
