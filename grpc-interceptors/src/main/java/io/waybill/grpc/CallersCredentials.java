package io.waybill.grpc;

import io.grpc.CallCredentials;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.OutgoingCall;
import java.util.concurrent.Executor;

/**
 * Credentials of the user's that are asked in the Context below the call, like everything that runs
 * there: on the caller's thread if there is a connection, and on one of gRPC's if it has yet to be
 * made.
 */
final class CallersCredentials extends CallCredentials {
  private final CallCredentials users;
  private final OutgoingCall outgoing;

  CallersCredentials(CallCredentials users, OutgoingCall outgoing) {
    this.users = users;
    this.outgoing = outgoing;
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
    Context below = RequestScope.restoring(outgoing.context());
    try (Scope ignored = below.makeCurrent()) {
      users.applyRequestMetadata(call, below.wrap(executor), applier);
    }
  }

  /** As the user's: call options are printed with it. */
  @Override
  public String toString() {
    return users.toString();
  }
}
