package io.waybill.grpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.waybill.sdk.InnerTracing;
import io.waybill.sdk.ServerRequest;
import io.waybill.sdk.Waybill;

/** Opens the request that each call brings, with its SERVER span, around the call's handler. */
final class ServerSide implements ServerInterceptor {
  private final Waybill waybill;
  private final Target.Cache targets = new Target.Cache();
  private final CallPeer peers = new CallPeer();
  private final InnerTracing inner;

  ServerSide(Waybill waybill) {
    this(waybill, InnerTracing.unknown());
  }

  private ServerSide(Waybill waybill, InnerTracing inner) {
    this.waybill = waybill;
    this.inner = inner;
  }

  /** Returns the same, for a server where other tracing is known to be further in. */
  ServerSide expectingInnerTracing() {
    return new ServerSide(waybill, InnerTracing.expected());
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    if (AnsweredCall.isOpenedBy(waybill, call)) {
      // Installed twice: one call is one request.
      return next.startCall(call, headers);
    }
    Answer answer = new Answer(receive(call, headers));
    ServerCall.Listener<ReqT> listener;
    try {
      ServerCall<ReqT, RespT> answered = new AnsweredCall<>(call, waybill, answer);
      listener =
          InContext.get(answer.entry(), next, answered, headers, ServerCallHandler::startCall);
      answer.entered();
    } catch (Throwable thrown) {
      answer.entered();
      // Without a listener there will be no callback; gRPC answers with the status of what we
      // throw.
      answer.end(Status.fromThrowable(thrown).getCode());
      throw thrown;
    }
    if (listener == null) {
      // gRPC's own error, and it answers with UNKNOWN.
      answer.end(Status.Code.UNKNOWN);
      return listener;
    }
    return new ScopedListener<>(listener, answer);
  }

  private ServerRequest receive(ServerCall<?, ?> call, Metadata headers) {
    MethodDescriptor<?, ?> method = call.getMethodDescriptor();
    return waybill.receive(
        headers,
        MetadataCarrier.INSTANCE,
        peers.peer(call.getAttributes()),
        RpcSpan.name(method),
        RpcSpan.attributes(method, targets.target(call.getAuthority()), headers),
        inner);
  }
}
