package io.waybill.grpc;

import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.waybill.sdk.Waybill;

/**
 * Sees what the handler answers, and tells the client the id of its request. The request goes on:
 * close is not the end of a call.
 */
final class AnsweredCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
  private static final Attributes.Key<Waybill> OPENED_BY = Attributes.Key.create("waybill");

  private final Waybill waybill;
  private final Answer answer;
  private boolean headersSent;

  AnsweredCall(ServerCall<ReqT, RespT> delegate, Waybill waybill, Answer answer) {
    super(delegate);
    this.waybill = waybill;
    this.answer = answer;
  }

  /** Returns whether {@code call} comes from an interceptor of {@code waybill} further outside. */
  static boolean isOpenedBy(Waybill waybill, ServerCall<?, ?> call) {
    return call.getAttributes().get(OPENED_BY) == waybill;
  }

  /** Says, also through the calls that others wrap around this one, that its request is open. */
  @Override
  public Attributes getAttributes() {
    return delegate().getAttributes().toBuilder().set(OPENED_BY, waybill).build();
  }

  @Override
  public void sendHeaders(Metadata headers) {
    delegate().sendHeaders(ResponseId.in(headers, answer.scope()));
    headersSent = true;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    answer.is(status.getCode());
    Metadata told = headersSent ? trailers : ResponseId.in(trailers, answer.scope());
    delegate().close(status, told);
  }
}
