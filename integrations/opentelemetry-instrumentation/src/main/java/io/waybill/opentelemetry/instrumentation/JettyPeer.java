package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.Asked.address;
import static io.waybill.opentelemetry.instrumentation.Asked.ask;
import static io.waybill.opentelemetry.instrumentation.Asked.chain;

import io.waybill.sdk.policy.Peer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Who has sent a request of Jetty 12, whatever its customizers have it say. */
final class JettyPeer {
  private static final int INNERMOST = 0;
  private static final int CONNECTION = 1;
  private static final int REMOTE = 2;
  private static final int LISTENER = 3;
  private static final int TLS = 4;
  private static final int CERTIFICATES = 5;

  private JettyPeer() {}

  static MethodHandle[] handles(Named request) throws ReflectiveOperationException {
    Named connection = request.other("org.eclipse.jetty.server.ConnectionMetaData");
    Named end = request.other("org.eclipse.jetty.io.EndPoint");
    MethodHandle tls =
        MethodHandles.filterReturnValue(
            MethodHandles.filterReturnValue(
                connection.method("getConnection"),
                request.other("org.eclipse.jetty.io.Connection").method("getEndPoint")),
            end.method("getSslSessionData"));
    return new MethodHandle[] {
      request.method("unWrap", request.type()),
      request.method("getConnectionMetaData"),
      connection.method("getRemoteSocketAddress"),
      connection.method("getLocalSocketAddress"),
      tls,
      end.other("org.eclipse.jetty.io.EndPoint$SslSessionData").method("peerCertificates")
    };
  }

  static Peer of(Object request, MethodHandle[] of) throws Throwable {
    Object connection = ask(of[CONNECTION], ask(of[INNERMOST], request));
    Object tls = ask(of[TLS], connection);
    return Peer.of(
        chain(tls == null ? null : ask(of[CERTIFICATES], tls)),
        address(of[REMOTE], connection),
        address(of[LISTENER], connection));
  }
}
