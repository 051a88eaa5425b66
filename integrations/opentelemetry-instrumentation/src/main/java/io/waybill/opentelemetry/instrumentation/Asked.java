package io.waybill.opentelemetry.instrumentation;

import java.lang.invoke.MethodHandle;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What request objects answer. */
final class Asked {
  private static final Certificate[] NO_CHAIN = {};

  private Asked() {}

  @SuppressWarnings("NullAway") // whoever may be told null says so
  static Object ask(MethodHandle method, Object of) throws Throwable {
    return (Object) method.invokeExact(of);
  }

  static @Nullable SocketAddress address(MethodHandle method, Object of) throws Throwable {
    return (SocketAddress) ask(method, of);
  }

  /** Returns the chain of the peer; none if it showed none. */
  static Certificate[] verified(@Nullable SSLSession session) {
    try {
      return session == null ? NO_CHAIN : session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException anonymous) {
      return NO_CHAIN;
    }
  }

  /** Returns {@code certificates} if they are a chain. */
  static Certificate[] chain(@Nullable Object certificates) {
    return certificates instanceof Certificate[] chain ? chain : NO_CHAIN;
  }
}
