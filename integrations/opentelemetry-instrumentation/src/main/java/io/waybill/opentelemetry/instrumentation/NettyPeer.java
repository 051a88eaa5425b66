package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.Asked.address;
import static io.waybill.opentelemetry.instrumentation.Asked.ask;
import static io.waybill.opentelemetry.instrumentation.Asked.verified;

import io.waybill.sdk.policy.Peer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.security.cert.Certificate;
import javax.net.ssl.SSLEngine;

/** Who is at the other end of a channel of Netty's. */
final class NettyPeer {
  private static final int REMOTE = 0;
  private static final int LISTENER = 1;
  private static final int PARENT = 2;
  private static final int TLS = 3;
  private static final int ENGINE = 4;
  private static final String TLS_HANDLER = "io.netty.handler.ssl.SslHandler";

  private NettyPeer() {}

  static MethodHandle[] handles(Named channel) throws ReflectiveOperationException {
    Named handler = channel.other(TLS_HANDLER);
    MethodHandle pipeline = channel.method("pipeline");
    MethodHandle get = channel.other("io.netty.channel.ChannelPipeline").method("get", Class.class);
    MethodHandle tls = MethodHandles.insertArguments(get, 1, handler.type());
    return new MethodHandle[] {
      channel.method("remoteAddress"),
      channel.method("localAddress"),
      channel.method("parent"),
      MethodHandles.filterArguments(tls, 0, pipeline),
      handler.method("engine")
    };
  }

  static Peer of(Object channel, MethodHandle[] of) throws Throwable {
    return Peer.of(
        chain(channel, of), address(of[REMOTE], channel), address(of[LISTENER], channel));
  }

  /** A stream of HTTP/2 has its TLS at its parent, the connection. */
  private static Certificate[] chain(Object channel, MethodHandle[] of) throws Throwable {
    Object tls = ask(of[TLS], channel);
    Object parent = tls == null ? ask(of[PARENT], channel) : null;
    Object handler = parent == null ? tls : ask(of[TLS], parent);
    return verified(handler == null ? null : ((SSLEngine) ask(of[ENGINE], handler)).getSession());
  }
}
