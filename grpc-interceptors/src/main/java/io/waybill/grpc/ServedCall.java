package io.waybill.grpc;

import io.grpc.Status;
import io.opentelemetry.context.Context;
import io.waybill.sdk.IncomingCall;
import io.waybill.sdk.Waybill;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with, and its end. The first answer counts, as it does for the client.
 *
 * <p><b>Threading.</b> Safe from any thread: a handler may answer from anywhere.
 */
final class ServedCall {
  private static final AtomicReferenceFieldUpdater<ServedCall, Status.@Nullable Code> CODE =
      AtomicReferenceFieldUpdater.newUpdater(ServedCall.class, Status.Code.class, "code");

  private final IncomingCall incoming;
  private volatile Status.@Nullable Code code;

  ServedCall(IncomingCall incoming) {
    this.incoming = incoming;
  }

  Context context() {
    return incoming.context();
  }

  /** Returns the request's id for the client to quote, or null if a header can't hold it. */
  @Nullable String id() {
    return incoming.responseId();
  }

  /** Returns whether {@code waybill} has received the call. */
  boolean isOf(Waybill waybill) {
    return waybill.hasReceived(incoming);
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
    Status.Code answered = code;
    if (answered != null) {
      incoming.endWith(answered, RpcSpan::setServerStatus);
    }
  }
}
