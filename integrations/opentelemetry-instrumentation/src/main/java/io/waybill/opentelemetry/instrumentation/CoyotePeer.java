package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.Asked.ask;
import static io.waybill.opentelemetry.instrumentation.Asked.chain;

import io.waybill.sdk.policy.Peer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import org.jspecify.annotations.Nullable;

/** Who has sent a request of Tomcat's, which looks for nothing until it is asked by an action. */
final class CoyotePeer {
  private static final int REMOTE = 0;
  private static final int LISTENER = 4;
  private static final int FIND_TLS = 8;
  private static final int CERTIFICATES = 9;
  private static final int CERTIFICATES_BEFORE = 10;

  private CoyotePeer() {}

  static MethodHandle[] handles(Named request) throws ReflectiveOperationException {
    Named codes = request.other("org.apache.coyote.ActionCode");
    MethodHandle act = request.method("action", codes.type(), Object.class);
    MethodHandle attribute = request.method("getAttribute", String.class);
    return new MethodHandle[] {
      action(act, codes.constant("REQ_HOST_ADDR_ATTRIBUTE")),
      request.method("remoteAddr"),
      action(act, codes.constant("REQ_REMOTEPORT_ATTRIBUTE")),
      request.method("getRemotePort"),
      action(act, codes.constant("REQ_LOCAL_ADDR_ATTRIBUTE")),
      request.method("localAddr"),
      action(act, codes.constant("REQ_LOCALPORT_ATTRIBUTE")),
      request.method("getLocalPort"),
      action(act, codes.constant("REQ_SSL_ATTRIBUTE")),
      MethodHandles.insertArguments(attribute, 1, ServletPeer.certificates("jakarta")),
      MethodHandles.insertArguments(attribute, 1, ServletPeer.certificates("javax"))
    };
  }

  /** Tomcat itself gives most of its actions the request. */
  private static MethodHandle action(MethodHandle act, Object code) {
    MethodHandle coded = MethodHandles.insertArguments(act, 1, code);
    return MethodHandles.permuteArguments(coded, coded.type().dropParameterTypes(1, 2), 0, 0);
  }

  static Peer of(Object request, MethodHandle[] of) throws Throwable {
    return Peer.of(verified(request, of), end(REMOTE, request, of), end(LISTENER, request, of));
  }

  private static @Nullable SocketAddress end(int which, Object request, MethodHandle[] of)
      throws Throwable {
    ask(of[which], request);
    Object host = ask(of[which + 1], request);
    ask(of[which + 2], request);
    return Peer.address(host.toString(), (Integer) ask(of[which + 3], request));
  }

  private static Certificate[] verified(Object request, MethodHandle[] of) throws Throwable {
    ask(of[FIND_TLS], request);
    Object certificates = ask(of[CERTIFICATES], request);
    return chain(certificates == null ? ask(of[CERTIFICATES_BEFORE], request) : certificates);
  }
}
