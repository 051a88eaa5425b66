package io.waybill.opentelemetry.instrumentation;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.sdk.InstrumentedCalls;
import io.waybill.sdk.policy.Peer;
import java.security.cert.Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Says who calls a gRPC server, to the instrumentation inside of it. */
final class GrpcPeers implements ServerInterceptor {
  private static final Certificate[] NONE = {};

  // The last one: all calls of a connection share its attributes. A peer forgets its names by
  // itself, once its certificate has expired.
  private volatile @Nullable Known known;

  private record Known(Attributes connection, Peer peer) {}

  private GrpcPeers() {}

  /**
   * Returns one, as what gRPC knows: to make sure that this class is such a one, the verifier would
   * load gRPC's where there is none.
   */
  static ServerInterceptor interceptor() {
    return new GrpcPeers();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    try (Scope ignored =
        InstrumentedCalls.sentBy(Context.current(), peer(call.getAttributes())).makeCurrent()) {
      return next.startCall(call, headers);
    }
  }

  @SuppressWarnings("ReferenceEquality") // to compare their content costs more than it saves
  private Peer peer(Attributes call) {
    Known last = known;
    if (last == null || last.connection != call) {
      last = new Known(call, read(call));
      known = last;
    }
    return last.peer;
  }

  /** Nobody catches anything here; whoever can't be read is nobody. */
  private static Peer read(Attributes call) {
    try {
      return Peer.of(
          verified(call.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
          call.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
          call.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR));
    } catch (RuntimeException unreadable) {
      return Peer.unverified(null, null);
    }
  }

  private static Certificate[] verified(@Nullable SSLSession session) {
    try {
      return session == null ? NONE : session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException anonymous) {
      return NONE;
    }
  }
}
