package io.waybill.grpc;

import io.grpc.ClientCall;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a call with one message has done to it so far, without its end.
 *
 * @param requested how many messages it has asked for
 * @param message what it has sent, or null
 */
record Done<ReqT>(int requested, @Nullable ReqT message, boolean halfClosed) {

  /** Returns whether nothing was done since {@code other}. */
  boolean isAt(Done<ReqT> other) {
    return requested == other.requested
        && message == other.message // a message's own equals may be long
        && halfClosed == other.halfClosed;
  }

  /** Does to {@code call} what was done since {@code before}. */
  void doSince(Done<ReqT> before, ClientCall<ReqT, ?> call) {
    if (requested > before.requested) {
      call.request(requested - before.requested);
    }
    if (message != null && before.message == null) {
      call.sendMessage(message);
    }
    if (halfClosed && !before.halfClosed) {
      call.halfClose();
    }
  }
}
