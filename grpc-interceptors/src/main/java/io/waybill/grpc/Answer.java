package io.waybill.grpc;

import io.grpc.Status;
import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.sdk.ServerRequest;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with, and its end. The first answer counts, as it does for the client.
 *
 * <p><b>Threading.</b> Safe from any thread: a handler may answer from anywhere.
 */
final class Answer {
  private static final AtomicReferenceFieldUpdater<Answer, Status.@Nullable Code> CODE =
      AtomicReferenceFieldUpdater.newUpdater(Answer.class, Status.Code.class, "code");

  private final ServerRequest request;
  private volatile Status.@Nullable Code code;

  Answer(ServerRequest request) {
    this.request = request;
  }

  Context context() {
    return request.context();
  }

  /** Returns the Context for startCall; {@link #entered} is called when that is back. */
  Context entry() {
    return request.entry();
  }

  /** Decides whose span the request has. */
  void entered() {
    try {
      request.entered();
    } catch (Throwable oursOrAHook) {
      // As in end.
    }
  }

  RequestScope scope() {
    return request.scope();
  }

  void is(Status.Code answered) {
    CODE.compareAndSet(this, null, answered);
  }

  /**
   * A callback threw: gRPC answers with UNKNOWN and calls back once more. It may never do so after
   * anything but a RuntimeException, so the request ends here.
   */
  void failed(Throwable thrown) {
    is(Status.Code.UNKNOWN);
    if (!(thrown instanceof RuntimeException)) {
      end();
    }
  }

  /** Ends the request; {@code unanswered} is its status if the handler gave none. */
  void end(Status.Code unanswered) {
    is(unanswered);
    end();
  }

  /** Ends a request whose client did not wait for the answer: an OK has not reached it. */
  void cancelled() {
    CODE.compareAndSet(this, Status.Code.OK, Status.Code.CANCELLED);
    end(Status.Code.CANCELLED);
  }

  private void end() {
    try {
      Status.Code answered = code;
      if (answered != null) {
        RpcSpan.setStatus(request.span(), answered, RpcSpan.isServerError(answered));
      }
      request.end();
    } catch (Throwable oursOrAHook) {
      // The call is over either way; gRPC has nothing to do with a span that could not be ended.
    }
  }
}
