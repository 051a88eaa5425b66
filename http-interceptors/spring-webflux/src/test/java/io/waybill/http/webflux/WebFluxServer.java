package io.waybill.http.webflux;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import java.time.Duration;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Spring's handlers on Reactor Netty, on the loopback address, with two threads. */
final class WebFluxServer implements AutoCloseable {
  private final LoopResources loops = LoopResources.create("test-server", 2, true);
  private final DisposableServer server;

  private WebFluxServer(HttpHandler handler, UnaryOperator<HttpServer> setUp) {
    HttpServer plain = HttpServer.create().host("127.0.0.1").port(0).runOn(loops, false);
    server = setUp.apply(plain).handle(new ReactorHttpHandlerAdapter(handler)).bindNow();
  }

  static WebFluxServer of(WebHttpHandlerBuilder handlers) {
    return of(handlers, server -> server);
  }

  static WebFluxServer of(WebHttpHandlerBuilder handlers, UnaryOperator<HttpServer> setUp) {
    return new WebFluxServer(handlers.build(), setUp);
  }

  static WebFluxServer of(WebHandler handler, WebFilter... filters) {
    return of(WebHttpHandlerBuilder.webHandler(handler).filter(filters));
  }

  /** Wants a certificate of its clients. */
  static WebFluxServer tls(int port, SSLContext tls, WebHandler handler, WebFilter filter) {
    JdkSslContext netty =
        new JdkSslContext(
            tls,
            false,
            null,
            IdentityCipherSuiteFilter.INSTANCE,
            ApplicationProtocolConfig.DISABLED,
            ClientAuth.REQUIRE,
            null,
            false);
    return new WebFluxServer(
        WebHttpHandlerBuilder.webHandler(handler).filter(filter).build(),
        server -> server.port(port).secure(spec -> spec.sslContext(netty)));
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
  }
}
