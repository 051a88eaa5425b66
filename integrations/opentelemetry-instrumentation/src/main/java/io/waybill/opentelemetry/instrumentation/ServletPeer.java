package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.Asked.ask;
import static io.waybill.opentelemetry.instrumentation.Asked.chain;

import io.waybill.sdk.policy.Peer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Who has sent a servlet request, as {@code waybill-http-servlet} reads it. */
final class ServletPeer {
  private static final int REMOTE = 0;
  private static final int LISTENER = 2;
  private static final int CERTIFICATES = 4;
  private static final int IS_WRAPPER = 5;
  private static final int WRAPPED = 6;

  private ServletPeer() {}

  /** Returns the attribute in which a container leaves the chain that it has verified. */
  static String certificates(String namespace) {
    return namespace + ".servlet.request.X509Certificate";
  }

  static MethodHandle[] handles(Named request, String namespace)
      throws ReflectiveOperationException {
    Named wrapper = request.other(namespace + ".servlet.ServletRequestWrapper");
    return new MethodHandle[] {
      request.method("getRemoteAddr"),
      request.method("getRemotePort"),
      request.method("getLocalAddr"),
      request.method("getLocalPort"),
      MethodHandles.insertArguments(
          request.method("getAttribute", String.class), 1, certificates(namespace)),
      wrapper.isInstance(),
      wrapper.method("getRequest")
    };
  }

  static Peer of(Object request, MethodHandle[] of) throws Throwable {
    Object connected = request;
    while ((Boolean) ask(of[IS_WRAPPER], connected)) {
      connected = ask(of[WRAPPED], connected);
    }
    return Peer.of(
        chain(ask(of[CERTIFICATES], request)),
        end(REMOTE, connected, of),
        end(LISTENER, connected, of));
  }

  private static @Nullable SocketAddress end(int which, Object request, MethodHandle[] of)
      throws Throwable {
    return Peer.address((String) ask(of[which], request), (Integer) ask(of[which + 1], request));
  }
}
