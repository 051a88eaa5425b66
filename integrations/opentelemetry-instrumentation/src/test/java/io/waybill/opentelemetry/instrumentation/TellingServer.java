package io.waybill.opentelemetry.instrumentation;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;

/**
 * A server on 127.0.0.1, of HTTP/2 too where it can, that believes what {@code X-Forwarded-For}
 * says where it has a switch for that, asks for a certificate where it has TLS, and shows each
 * request object.
 */
record TellingServer(int port, AutoCloseable running) implements AutoCloseable {
  // A field, since the logging holds it weakly. Tomcat tells of each start.
  private static final Logger TOMCAT = Logger.getLogger("org.apache");

  static {
    TOMCAT.setLevel(Level.OFF);
  }

  private static final ApplicationProtocolConfig HTTP_2 =
      new ApplicationProtocolConfig(
          ApplicationProtocolConfig.Protocol.ALPN,
          ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
          ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2,
          ApplicationProtocolNames.HTTP_1_1);

  @Override
  public void close() throws Exception {
    running.close();
  }

  /** Starts a kind of server. */
  interface Kind {
    TellingServer start(@Nullable SSLContext tls, Consumer<Object> seen) throws Exception;
  }

  static TellingServer jdk(@Nullable SSLContext tls, Consumer<Object> seen) throws Exception {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);
    HttpServer server;
    if (tls == null) {
      server = HttpServer.create(address, 0);
    } else {
      HttpsServer secure = HttpsServer.create(address, 0);
      secure.setHttpsConfigurator(wanting(tls));
      server = secure;
    }
    server.createContext(
        "/",
        exchange -> {
          seen.accept(exchange);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return new TellingServer(server.getAddress().getPort(), () -> server.stop(0));
  }

  private static HttpsConfigurator wanting(SSLContext tls) {
    return new HttpsConfigurator(tls) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters ssl = tls.getDefaultSSLParameters();
        ssl.setWantClientAuth(true);
        parameters.setSSLParameters(ssl);
      }
    };
  }

  static TellingServer jetty(@Nullable SSLContext tls, Consumer<Object> seen) throws Exception {
    Server server = new Server();
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.addCustomizer(new ForwardedRequestCustomizer());
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory http = new HttpConnectionFactory(configuration);
    ServerConnector connector = new ServerConnector(server, http);
    if (tls != null) {
      SslContextFactory.Server ssl = new SslContextFactory.Server();
      ssl.setSslContext(tls);
      ssl.setWantClientAuth(true);
      connector = new ServerConnector(server, new SslConnectionFactory(ssl, "http/1.1"), http);
    }
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(
              org.eclipse.jetty.server.Request request,
              org.eclipse.jetty.server.Response response,
              Callback callback) {
            seen.accept(request);
            callback.succeeded();
            return true;
          }
        });
    server.start();
    return new TellingServer(connector.getLocalPort(), server::stop);
  }

  static TellingServer coyote(@Nullable SSLContext tls, Consumer<Object> seen) throws Exception {
    Tomcat tomcat = tomcat(tls);
    tomcat.addContext("", null);
    tomcat
        .getHost()
        .getPipeline()
        .addValve(
            new ValveBase(true) {
              @Override
              public void invoke(Request request, Response response) {
                seen.accept(request.getCoyoteRequest());
              }
            });
    tomcat.start();
    return started(tomcat);
  }

  /** What a filter has wrapped, that says another address. */
  static TellingServer servlet(@Nullable SSLContext tls, Consumer<Object> seen) throws Exception {
    Tomcat tomcat = tomcat(tls);
    HttpServlet servlet =
        new HttpServlet() {
          private static final long serialVersionUID = 1;

          @Override
          protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            seen.accept(
                new HttpServletRequestWrapper(request) {
                  @Override
                  public String getRemoteAddr() {
                    return request.getHeader("X-Forwarded-For");
                  }
                });
          }
        };
    Tomcat.addServlet(tomcat.addContext("", null), "telling", servlet).addMapping("/*");
    tomcat.start();
    return started(tomcat);
  }

  private static TellingServer started(Tomcat tomcat) {
    return new TellingServer(
        tomcat.getConnector().getLocalPort(),
        () -> {
          tomcat.stop();
          tomcat.destroy();
        });
  }

  private static Tomcat tomcat(@Nullable SSLContext tls) {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(0);
    Connector connector = tomcat.getConnector();
    connector.setProperty("address", "127.0.0.1");
    connector.addUpgradeProtocol(new Http2Protocol());
    if (tls != null) {
      connector.setSecure(true);
      connector.setScheme("https");
      var protocol = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
      protocol.setSSLEnabled(true);
      SSLHostConfig host = new SSLHostConfig();
      host.setCertificateVerification("optional");
      SSLHostConfigCertificate certificate =
          new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
      certificate.setSslContext(new Given(tls));
      host.addCertificate(certificate);
      protocol.addSslHostConfig(host);
    }
    return tomcat;
  }

  static TellingServer reactor(@Nullable SSLContext tls, Consumer<Object> seen) {
    return started(
        netty(tls)
            .handle(
                (request, response) -> {
                  seen.accept(request);
                  return response.send();
                }));
  }

  static TellingServer webflux(@Nullable SSLContext tls, Consumer<Object> seen) {
    var handler =
        WebHttpHandlerBuilder.webHandler(
                exchange -> {
                  seen.accept(exchange);
                  return exchange.getResponse().setComplete();
                })
            .forwardedHeaderTransformer(new ForwardedHeaderTransformer())
            .build();
    return started(netty(tls).handle(new ReactorHttpHandlerAdapter(handler)));
  }

  private static reactor.netty.http.server.HttpServer netty(@Nullable SSLContext tls) {
    var server =
        reactor.netty.http.server.HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .protocol(HttpProtocol.HTTP11, tls == null ? HttpProtocol.H2C : HttpProtocol.H2);
    return tls == null
        ? server.forwarded(true)
        : server
            .forwarded(true)
            .secure(
                spec ->
                    spec.sslContext(
                        new JdkSslContext(
                            tls,
                            false,
                            null,
                            IdentityCipherSuiteFilter.INSTANCE,
                            HTTP_2,
                            ClientAuth.OPTIONAL,
                            null,
                            false)));
  }

  private static TellingServer started(reactor.netty.http.server.HttpServer netty) {
    DisposableServer server = netty.bindNow();
    return new TellingServer(server.port(), server::disposeNow);
  }

  /** TLS for Tomcat, which asks for files otherwise. */
  private record Given(SSLContext tls) implements org.apache.tomcat.util.net.SSLContext {
    @Override
    public void init(
        KeyManager[] keys, TrustManager[] trusted, java.security.SecureRandom random) {}

    @Override
    public void destroy() {}

    @Override
    public SSLSessionContext getServerSessionContext() {
      return tls.getServerSessionContext();
    }

    @Override
    public javax.net.ssl.SSLEngine createSSLEngine() {
      return tls.createSSLEngine();
    }

    @Override
    public javax.net.ssl.SSLServerSocketFactory getServerSocketFactory() {
      return tls.getServerSocketFactory();
    }

    @Override
    public SSLParameters getSupportedSSLParameters() {
      return tls.getSupportedSSLParameters();
    }

    @Override
    public java.security.cert.X509Certificate[] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return null;
    }
  }
}
