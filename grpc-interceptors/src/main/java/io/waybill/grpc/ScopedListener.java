package io.waybill.grpc;

import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * Runs each callback of a call inside its request, on whatever thread it comes, and ends the
 * request with the last: onComplete or onCancel.
 *
 * <p>What a callback throws goes on to gRPC, which answers with UNKNOWN, by a close that only it
 * sees, and then calls back once more.
 */
final class ScopedListener<ReqT> extends ServerCall.Listener<ReqT> {
  private final ServerCall.Listener<ReqT> delegate;
  private final ServedCall served;

  ScopedListener(ServerCall.Listener<ReqT> delegate, ServedCall served) {
    this.delegate = delegate;
    this.served = served;
  }

  @Override
  public void onMessage(ReqT message) {
    try {
      InContext.call(served.context(), delegate, message, ServerCall.Listener::onMessage);
    } catch (Throwable thrown) {
      served.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onHalfClose() {
    try {
      InContext.call(
          served.context(), delegate, delegate, (listener, same) -> listener.onHalfClose());
    } catch (Throwable thrown) {
      served.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onReady() {
    try {
      InContext.call(served.context(), delegate, delegate, (listener, same) -> listener.onReady());
    } catch (Throwable thrown) {
      served.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onComplete() {
    try {
      InContext.call(
          served.context(), delegate, delegate, (listener, same) -> listener.onComplete());
    } finally {
      served.end(Status.Code.UNKNOWN);
    }
  }

  @Override
  public void onCancel() {
    try {
      InContext.call(served.context(), delegate, delegate, (listener, same) -> listener.onCancel());
    } finally {
      served.cancelled();
    }
  }
}
