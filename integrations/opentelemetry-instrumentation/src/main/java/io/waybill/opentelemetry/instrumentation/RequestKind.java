package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.Asked.address;
import static io.waybill.opentelemetry.instrumentation.Asked.ask;
import static io.waybill.opentelemetry.instrumentation.Asked.verified;

import io.waybill.sdk.policy.Peer;
import java.lang.invoke.MethodHandle;
import java.util.List;
import javax.net.ssl.SSLSession;

/** A kind of request object that tells who has sent it, or holds one that does. */
enum RequestKind {
  /** What OpenTelemetry's instrumentation wraps a servlet request in. */
  SERVLET_CONTEXT(".ServletRequestContext") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {named.method("request")};
    }
  },

  /** What it wraps a request of Netty in, with its channel. */
  NETTY_REQUEST(".NettyRequest", ".NettyCommonRequest", ".HttpRequestAndChannel") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {named.oneOf("channel", "getChannel")};
    }
  },

  /** An exchange of Spring WebFlux. */
  WEB_EXCHANGE("org.springframework.web.server.ServerWebExchange") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {named.method("getRequest")};
    }
  },

  /** A request of Spring WebFlux, decorated or not, which has that of the server. */
  REACTIVE_REQUEST("org.springframework.http.server.reactive.ServerHttpRequest") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      Named decorator =
          named.other("org.springframework.http.server.reactive.ServerHttpRequestDecorator");
      return new MethodHandle[] {decorator.method("getNativeRequest", named.type())};
    }
  },

  /** A request of Reactor Netty, and other things that have a channel. */
  REACTOR("reactor.netty.DisposableChannel") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {named.method("channel")};
    }
  },

  /** A connection of Netty, or a stream of one. */
  CHANNEL("io.netty.channel.Channel") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return NettyPeer.handles(named);
    }

    @Override
    Peer read(Object channel, MethodHandle[] of) throws Throwable {
      return NettyPeer.of(channel, of);
    }
  },

  /** What Tomcat has below its servlets. */
  COYOTE("org.apache.coyote.Request") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return CoyotePeer.handles(named);
    }

    @Override
    Peer read(Object request, MethodHandle[] of) throws Throwable {
      return CoyotePeer.of(request, of);
    }
  },

  /** A servlet request, of any container. In front of Jetty's: its older ones are both. */
  JAKARTA_SERVLET("jakarta.servlet.http.HttpServletRequest") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return ServletPeer.handles(named, "jakarta");
    }

    @Override
    Peer read(Object request, MethodHandle[] of) throws Throwable {
      return ServletPeer.of(request, of);
    }
  },

  /** The same, before Jakarta. */
  JAVAX_SERVLET("javax.servlet.http.HttpServletRequest") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return ServletPeer.handles(named, "javax");
    }

    @Override
    Peer read(Object request, MethodHandle[] of) throws Throwable {
      return ServletPeer.of(request, of);
    }
  },

  /** A request of Jetty 12. */
  JETTY("org.eclipse.jetty.server.Request") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return JettyPeer.handles(named);
    }

    @Override
    Peer read(Object request, MethodHandle[] of) throws Throwable {
      return JettyPeer.of(request, of);
    }
  },

  /** An exchange of the JDK's server over TLS. */
  HTTPS_EXCHANGE("com.sun.net.httpserver.HttpsExchange") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {
        named.method("getRemoteAddress"),
        named.method("getLocalAddress"),
        named.method("getSSLSession")
      };
    }

    @Override
    Peer read(Object exchange, MethodHandle[] of) throws Throwable {
      SSLSession session = (SSLSession) ask(of[2], exchange);
      return Peer.of(verified(session), address(of[0], exchange), address(of[1], exchange));
    }
  },

  /** An exchange of the JDK's server. */
  HTTP_EXCHANGE("com.sun.net.httpserver.HttpExchange") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {named.method("getRemoteAddress"), named.method("getLocalAddress")};
    }

    @Override
    Peer read(Object exchange, MethodHandle[] of) throws Throwable {
      return Peer.unverified(address(of[0], exchange), address(of[1], exchange));
    }
  },

  /** A call of gRPC, which knows neither listener nor certificate. */
  GRPC(".GrpcRequest") {
    @Override
    MethodHandle[] handles(Named named) throws ReflectiveOperationException {
      return new MethodHandle[] {named.method("getPeerSocketAddress")};
    }

    @Override
    Peer read(Object call, MethodHandle[] of) throws Throwable {
      return Peer.unverified(address(of[0], call), null);
    }
  };

  // With commas between them.
  private final String names;

  RequestKind(String... names) {
    this.names = String.join(",", names);
  }

  /** Returns what its classes are named, as {@link Named#among} takes it. */
  List<String> names() {
    return List.of(names.split(",", -1));
  }

  /** Returns what a request of this class is asked by. */
  abstract MethodHandle[] handles(Named named) throws ReflectiveOperationException;

  /** Returns the {@link Peer} that has sent {@code request}; or the request that it holds. */
  Object read(Object request, MethodHandle[] of) throws Throwable {
    return ask(of[0], request);
  }
}
