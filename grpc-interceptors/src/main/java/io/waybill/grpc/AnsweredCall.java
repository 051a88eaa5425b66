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
  private static final Attributes.Key<ServedCall> SERVED =
      Attributes.Key.create("waybill-served-call");

  private final ServedCall served;
  private boolean headersSent;

  AnsweredCall(ServerCall<ReqT, RespT> delegate, ServedCall served) {
    super(delegate);
    this.served = served;
  }

  /** Returns whether {@code call} comes from an interceptor of {@code waybill} further outside. */
  static boolean isOpenedBy(Waybill waybill, ServerCall<?, ?> call) {
    ServedCall outer = call.getAttributes().get(SERVED);
    return outer != null && outer.isOf(waybill);
  }

  /** Says, also through the calls that others wrap around this one, that its request is open. */
  @Override
  public Attributes getAttributes() {
    return delegate().getAttributes().toBuilder().set(SERVED, served).build();
  }

  @Override
  public void sendHeaders(Metadata headers) {
    delegate().sendHeaders(ResponseId.in(headers, served.id()));
    headersSent = true;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    served.is(status.getCode());
    Metadata told = headersSent ? trailers : ResponseId.in(trailers, served.id());
    delegate().close(status, told);
  }
}
