package io.waybill.grpc;

import io.grpc.ServerCall;
import io.grpc.Status;
import io.opentelemetry.context.Scope;

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
    try (Scope ignored = answer.context().makeCurrent()) {
      delegate.onMessage(message);
    } catch (Throwable thrown) {
      answer.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onHalfClose() {
    try (Scope ignored = answer.context().makeCurrent()) {
      delegate.onHalfClose();
    } catch (Throwable thrown) {
      answer.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onReady() {
    try (Scope ignored = answer.context().makeCurrent()) {
      delegate.onReady();
    } catch (Throwable thrown) {
      answer.failed(thrown);
      throw thrown;
    }
  }

  @Override
  public void onComplete() {
    try (Scope ignored = answer.context().makeCurrent()) {
      delegate.onComplete();
    } finally {
      answer.end(Status.Code.UNKNOWN);
    }
  }

  @Override
  public void onCancel() {
    try (Scope ignored = answer.context().makeCurrent()) {
      delegate.onCancel();
    } finally {
      answer.cancelled();
    }
  }
}
