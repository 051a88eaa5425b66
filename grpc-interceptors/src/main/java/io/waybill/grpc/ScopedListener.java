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
  private final Answer answer;

  ScopedListener(ServerCall.Listener<ReqT> delegate, Answer answer) {
    this.delegate = delegate;
    this.answer = answer;
  }

  @Override
  public void onMessage(ReqT message) {
    try {
      InContext.call(answer.context(), delegate, message, ServerCall.Listener::onMessage);
    } catch (Throwable thrown) {
      answer.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onHalfClose() {
    try {
      InContext.call(
          answer.context(), delegate, delegate, (listener, same) -> listener.onHalfClose());
    } catch (Throwable thrown) {
      answer.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onReady() {
    try {
      InContext.call(answer.context(), delegate, delegate, (listener, same) -> listener.onReady());
    } catch (Throwable thrown) {
      answer.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onComplete() {
    try {
      InContext.call(
          answer.context(), delegate, delegate, (listener, same) -> listener.onComplete());
    } finally {
      answer.end(Status.Code.UNKNOWN);
    }
  }

  @Override
  public void onCancel() {
    try {
      InContext.call(answer.context(), delegate, delegate, (listener, same) -> listener.onCancel());
    } finally {
      answer.cancelled();
    }
  }
}
