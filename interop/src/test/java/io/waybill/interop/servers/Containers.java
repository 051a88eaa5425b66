package io.waybill.interop.servers;

import java.security.cert.X509Certificate;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Tomcat and Jetty, each with the servlet; Jetty believes {@code Forwarded} headers. */
final class Containers {
  // A field, since the logging holds it weakly.
  private static final Logger TOMCAT = Logger.getLogger("org.apache");

  private Containers() {}

  static void tomcat(Outgoing outgoing, Keys keys, Listeners listeners) throws Exception {
    TOMCAT.setLevel(Level.OFF);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    Connector open = plain(tomcat, 0);
    Connector own = plain(tomcat, listeners.own("tomcat"));
    Connector tls = plain(tomcat, 0);
    secure(tls, keys);
    tomcat.setConnector(open);
    tomcat.getService().addConnector(own);
    tomcat.getService().addConnector(tls);
    Context context = tomcat.addContext("", null);
    Logger.getLogger(context.getLogName()).setLevel(Level.OFF);
    var servlet = Tomcat.addServlet(context, "probe", new ProbeServlet(outgoing));
    servlet.setAsyncSupported(true);
    servlet.addMapping("/*");
    ErrorPage page = new ErrorPage();
    page.setLocation("/failed");
    context.addErrorPage(page);
    tomcat.start();
    listeners.add("tomcat", open.getLocalPort(), tls.getLocalPort());
  }

  private static Connector plain(Tomcat tomcat, int port) {
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    return connector;
  }

  private static void secure(Connector connector, Keys keys) throws Exception {
    connector.setSecure(true);
    connector.setScheme("https");
    var protocol = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
    protocol.setSSLEnabled(true);
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("optional");
    var certificate = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setSslContext(new Given(keys.server()));
    host.addCertificate(certificate);
    protocol.addSslHostConfig(host);
  }

  static void jetty(Outgoing outgoing, Keys keys, Listeners listeners) throws Exception {
    Server server = new Server();
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.addCustomizer(new ForwardedRequestCustomizer());
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory http = new HttpConnectionFactory(configuration);
    ServerConnector open = new ServerConnector(server, http);
    ServerConnector own = new ServerConnector(server, http);
    own.setPort(listeners.own("jetty"));
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setSslContext(keys.server());
    ssl.setWantClientAuth(true);
    ServerConnector tls =
        new ServerConnector(server, new SslConnectionFactory(ssl, "http/1.1"), http);
    for (ServerConnector connector : new ServerConnector[] {open, own, tls}) {
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
    }
    ServletContextHandler context = new ServletContextHandler("/");
    ServletHolder servlet = new ServletHolder(new ProbeServlet(outgoing));
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, "/*");
    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
    errors.addErrorPage(500, "/failed");
    context.setErrorHandler(errors);
    server.setHandler(context);
    server.start();
    listeners.add("jetty", open.getLocalPort(), tls.getLocalPort());
  }

  /** TLS for Tomcat, which asks for files otherwise. */
  private record Given(javax.net.ssl.SSLContext tls)
      implements org.apache.tomcat.util.net.SSLContext {
    @Override
    public void init(
        javax.net.ssl.KeyManager[] keys,
        javax.net.ssl.TrustManager[] trusted,
        java.security.SecureRandom random) {}

    @Override
    public void destroy() {}

    @Override
    public SSLSessionContext getServerSessionContext() {
      return tls.getServerSessionContext();
    }

    @Override
    public SSLEngine createSSLEngine() {
      return tls.createSSLEngine();
    }

    @Override
    public SSLServerSocketFactory getServerSocketFactory() {
      return tls.getServerSocketFactory();
    }

    @Override
    public SSLParameters getSupportedSSLParameters() {
      return tls.getSupportedSSLParameters();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return null;
    }
  }
}
