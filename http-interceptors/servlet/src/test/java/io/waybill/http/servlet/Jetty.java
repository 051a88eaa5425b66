package io.waybill.http.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** Jetty 12, with the Servlet API of one version. */
final class Jetty implements RunningContainer {

  /** An application of one version of the Servlet API. */
  interface Application {
    Handler handler();

    void addFilter(Filter filter, Set<DispatcherType> dispatches);

    void addServlet(HttpServlet servlet, String path);

    void setErrorPage(String path);
  }

  private final Application application;
  private final Server server;
  private final ServerConnector connector;

  Jetty(Application application, @Nullable Executor virtualThreads) {
    this.application = application;
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setVirtualThreadsExecutor(virtualThreads);
    server = new Server(threads);
    connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(application.handler());
  }

  @Override
  public void addFilter(Filter filter, Set<DispatcherType> dispatches) {
    application.addFilter(filter, dispatches);
  }

  @Override
  public void addServlet(HttpServlet servlet, String path) {
    application.addServlet(servlet, path);
  }

  @Override
  public void setErrorPage(String path) {
    application.setErrorPage(path);
  }

  @Override
  public void setAccessLog(AccessLog log) {
    server.setRequestLog(
        (request, response) ->
            log.log(request.getAttribute(WaybillFilter.SCOPE_ATTRIBUTE), response.getStatus()));
  }

  @Override
  public int start() throws Exception {
    server.start();
    return connector.getLocalPort();
  }

  @Override
  public int startTls(SSLContext tls, int port) throws Exception {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setSslContext(tls);
    ssl.setNeedClientAuth(true);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector secure =
        new ServerConnector(
            server,
            new SslConnectionFactory(ssl, "http/1.1"),
            new HttpConnectionFactory(configuration));
    secure.setHost("127.0.0.1");
    secure.setPort(port);
    server.addConnector(secure);
    secure.start();
    return secure.getLocalPort();
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
