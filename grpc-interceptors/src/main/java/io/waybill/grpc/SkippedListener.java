package io.waybill.grpc;

import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.opentelemetry.context.Context;

/** Runs each callback of a call that set-up skips outside of any request, and without baggage. */
final class SkippedListener<ReqT> extends ForwardingServerCallListener<ReqT> {
  private final Context context;
  private final ServerCall.Listener<ReqT> delegate;

  private SkippedListener(Context context, ServerCall.Listener<ReqT> delegate) {
    this.context = context;
    this.delegate = delegate;
  }

  static <ReqT, RespT> ServerCall.Listener<ReqT> start(
      Context context,
      ServerCall<ReqT, RespT> call,
      Metadata headers,
      ServerCallHandler<ReqT, RespT> next) {
    ServerCall.Listener<ReqT> listener =
        InContext.get(context, next, call, headers, ServerCallHandler::startCall);
    // Without one it is gRPC's own error.
    return listener == null ? listener : new SkippedListener<>(context, listener);
  }

  @Override
  protected ServerCall.Listener<ReqT> delegate() {
    return delegate;
  }

  @Override
  public void onMessage(ReqT message) {
    InContext.call(context, delegate, message, ServerCall.Listener::onMessage);
  }

  @Override
  public void onHalfClose() {
    InContext.call(context, delegate, delegate, (listener, same) -> listener.onHalfClose());
  }

  @Override
  public void onCancel() {
    InContext.call(context, delegate, delegate, (listener, same) -> listener.onCancel());
  }

  @Override
  public void onComplete() {
    InContext.call(context, delegate, delegate, (listener, same) -> listener.onComplete());
  }

  @Override
  public void onReady() {
    InContext.call(context, delegate, delegate, (listener, same) -> listener.onReady());
  }
}
