package io.waybill.grpc;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.MethodDescriptor;
import io.opentelemetry.context.Context;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import org.jspecify.annotations.Nullable;

/** Releases identity to the destination of each call, and starts its CLIENT span. */
final class WaybillClientInterceptor implements ClientInterceptor {
  private static final String GRPC_OPENTELEMETRY =
      "io.grpc.opentelemetry.OpenTelemetryTracingModule$";

  private final Waybill waybill;
  private final @Nullable Target named;
  private final Target.Cache targets = new Target.Cache(Target::called);

  WaybillClientInterceptor(Waybill waybill, @Nullable Destination destination) {
    this.waybill = waybill;
    this.named = destination == null ? null : Target.of(destination);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    Context caller = Context.current();
    Target target = target(options, next);
    OutgoingCall outgoing = waybill.send(caller, target.destination(), method.getFullMethodName());
    if (isTracedByGrpc(options)) {
      outgoing.leaveTrace();
    }
    // Not only the headers: an interceptor below ours would put back what they leave out.
    ClientCall<ReqT, RespT> call =
        InContext.get(outgoing.context(), next, method, asked(options, outgoing), Channel::newCall);
    return new ReleasedCall<>(call, method, target, caller, outgoing, waybill.limits().grpcBytes());
  }

  private Target target(CallOptions options, Channel next) {
    if (named != null) {
      return named;
    }
    String override = options.getAuthority();
    Target target = targets.target(next.authority());
    return override == null || override.equals(next.authority()) ? target : target.asking(override);
  }

  /** Returns {@code options}, whose credentials, if there are any, are asked in the request. */
  private static CallOptions asked(CallOptions options, OutgoingCall outgoing) {
    CallCredentials users = options.getCredentials();
    return users == null
        ? options
        : options.withCallCredentials(new CallersCredentials(users, outgoing));
  }

  /** gRPC's own tracing installs itself here, further out, and makes no span current. */
  private static boolean isTracedByGrpc(CallOptions options) {
    for (ClientStreamTracer.Factory factory : options.getStreamTracerFactories()) {
      if (factory.getClass().getName().startsWith(GRPC_OPENTELEMETRY)) {
        return true;
      }
    }
    return false;
  }
}
