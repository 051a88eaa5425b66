package io.waybill.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.context.Context;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Peer;

/** Opens the request that each call brings, with its SERVER span, around the call's handler. */
final class WaybillServerInterceptor implements ServerInterceptor {
  private final Waybill waybill;
  private final Target.Cache targets = new Target.Cache(Target::of);
  private final CallPeer peers = new CallPeer();
  private final PeerAddress addresses = new PeerAddress();

  WaybillServerInterceptor(Waybill waybill) {
    this.waybill = waybill;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    if (AnsweredCall.isOpenedBy(waybill, call)) {
      // Installed twice: one call is one request.
      return next.startCall(call, headers);
    }
    Context skipped = waybill.skipped(call.getMethodDescriptor().getFullMethodName());
    if (skipped != null) {
      return SkippedListener.start(skipped, call, headers, next);
    }
    ServedCall served = new ServedCall(receive(call, headers));
    ServerCall.Listener<ReqT> listener;
    try {
      ServerCall<ReqT, RespT> answered = new AnsweredCall<>(call, served);
      listener =
          InContext.get(served.context(), next, answered, headers, ServerCallHandler::startCall);
    } catch (Throwable thrown) {
      // Without a listener there will be no callback; gRPC answers with the status of what we
      // throw.
      served.end(Status.fromThrowable(thrown).getCode());
      throw thrown;
    }
    if (listener == null) {
      // gRPC's own error, and it answers with UNKNOWN.
      served.end(Status.Code.UNKNOWN);
      return listener;
    }
    return new ScopedListener<>(listener, served);
  }

  private IncomingCall receive(ServerCall<?, ?> call, Metadata headers) {
    MethodDescriptor<?, ?> method = call.getMethodDescriptor();
    Target target = targets.target(call.getAuthority());
    Peer peer = peers.peer(call.getAttributes());
    return waybill.receive(
        headers,
        MetadataCarrier.INSTANCE,
        peer,
        RpcSpan.name(method),
        RpcSpan.attributes(method, target, addresses.shown(peer.remote()), headers));
  }
}
