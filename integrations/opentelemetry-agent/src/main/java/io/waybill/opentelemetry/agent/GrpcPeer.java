package io.waybill.opentelemetry.agent;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.security.cert.Certificate;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Tells the propagator who has sent a call, before the agent's interceptor asks it. Runs beside the
 * application's gRPC, where other classes of ours are not.
 */
public final class GrpcPeer implements ServerInterceptor, TextMapGetter<Object> {
  /** The one that there is; it knows nothing of its servers. */
  public static final GrpcPeer INSTANCE = new GrpcPeer();

  private GrpcPeer() {}

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context told = told(call);
    if (told == null) {
      return next.startCall(call, headers);
    }
    try (Scope ignored = told.makeCurrent()) {
      return next.startCall(call, headers);
    }
  }

  /** Returns null if that fails: nobody is believed then. */
  private @Nullable Context told(ServerCall<?, ?> call) {
    try {
      Attributes connection = call.getAttributes();
      Object[] peer = {
        verified(connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
        connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
        connection.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)
      };
      return GlobalOpenTelemetry.getPropagators()
          .getTextMapPropagator()
          .extract(Context.current(), new SimpleImmutableEntry<>("io.waybill.peer/1", peer), this);
    } catch (Throwable failed) {
      return null;
    }
  }

  private static Certificate @Nullable [] verified(@Nullable SSLSession session) {
    try {
      return session == null ? null : session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException anonymous) {
      return null;
    }
  }

  @Override
  @SuppressWarnings("deprecation") // it has to be there, whoever asks
  public Iterable<String> keys(Object carrier) {
    return List.of();
  }

  @Override
  public @Nullable String get(@Nullable Object carrier, String key) {
    return null;
  }
}
