package io.waybill.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.context.Scope;
import io.waybill.sdk.ServerRequest;
import io.waybill.sdk.Waybill;

/** Opens the request that each call brings, with its SERVER span, around the call's handler. */
final class ServerSide implements ServerInterceptor {
  private final Waybill waybill;
  private final Target.Cache targets = new Target.Cache();

  ServerSide(Waybill waybill) {
    this.waybill = waybill;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Answer answer = new Answer(receive(call, headers));
    ServerCall.Listener<ReqT> listener;
    try (Scope ignored = answer.context().makeCurrent()) {
      listener = next.startCall(new AnsweredCall<>(call, answer), headers);
    } catch (Throwable thrown) {
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
        CallPeer.of(call.getAttributes()),
        RpcSpan.name(method),
        RpcSpan.attributes(method, targets.target(call.getAuthority())));
  }

  /** Sees what the handler answers. The request goes on: close is not the end of a call. */
  private static final class AnsweredCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {
    private final Answer answer;

    AnsweredCall(ServerCall<ReqT, RespT> delegate, Answer answer) {
      super(delegate);
      this.answer = answer;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      answer.is(status.getCode());
      delegate().close(status, trailers);
    }
  }
}
