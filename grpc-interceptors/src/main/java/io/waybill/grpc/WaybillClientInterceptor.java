package io.waybill.grpc;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.opentelemetry.context.Context;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Authorization;
import io.waybill.sdk.policy.Destination;
import org.jspecify.annotations.Nullable;

/** Releases identity to the destination of each call, and starts its CLIENT span. */
final class WaybillClientInterceptor implements ClientInterceptor {
  private static final String GRPC_OPENTELEMETRY =
      "io.grpc.opentelemetry.OpenTelemetryTracingModule$";

  private final Waybill waybill;
  private final @Nullable Target named;
  private final RequestCredentials.Replays replays = new RequestCredentials.Replays();
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
    Authorization authorization = authorization(caller, target);
    return authorization != null && method.getType().clientSendsOneMessage()
        ? new RepeatableCall<>(this, method, options, next, caller, target, authorization)
        : released(method, options, next, caller, target, authorization);
  }

  /** Returns one attempt, decided anew. */
  <ReqT, RespT> ReleasedCall<ReqT, RespT> released(
      MethodDescriptor<ReqT, RespT> method,
      CallOptions options,
      Channel next,
      Context caller,
      Target target,
      @Nullable Authorization authorization) {
    OutgoingCall outgoing = waybill.send(caller, target.destination(), method.getFullMethodName());
    if (isTracedByGrpc(options)) {
      outgoing.leaveTrace();
    }
    RequestCredentials credentials =
        credentials(options, outgoing, authorization, target, next.authority());
    CallOptions asked =
        credentials == null
            ? options
            : credentials.on(options, method.getType().clientSendsOneMessage());
    // Not only the headers: an interceptor below ours would put back what they leave out.
    ClientCall<ReqT, RespT> call =
        InContext.get(outgoing.context(), next, method, asked, Channel::newCall);
    return new ReleasedCall<>(
        call, method, target, caller, outgoing, credentials, waybill.limits().grpcBytes());
  }

  private @Nullable Authorization authorization(Context caller, Target target) {
    Authorization authorization = waybill.authorization(caller);
    if (authorization == null || authorization.isFor(target.destination())) {
      return authorization;
    }
    Metadata nothing = new Metadata();
    authorization.attach(
        target.destination(), nothing, MetadataCarrier::has, MetadataCarrier.INSTANCE); // says so
    return null;
  }

  /** Returns what gRPC is to ask, if there is anything. */
  private @Nullable RequestCredentials credentials(
      CallOptions options,
      OutgoingCall outgoing,
      @Nullable Authorization authorization,
      Target target,
      @Nullable String channels) {
    String override = options.getAuthority();
    CallCredentials users = options.getCredentials();
    return users == null && authorization == null
        ? null
        : new RequestCredentials(
            users,
            outgoing,
            authorization,
            target.destination(),
            override == null ? channels : override,
            replays);
  }

  private Target target(CallOptions options, Channel next) {
    if (named != null) {
      return named;
    }
    String override = options.getAuthority();
    Target target = targets.target(next.authority());
    return override == null || override.equals(next.authority()) ? target : target.asking(override);
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
