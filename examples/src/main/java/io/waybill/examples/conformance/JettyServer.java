package io.waybill.examples.conformance;

import io.waybill.http.servlet.WaybillFilter;
import io.waybill.sdk.Waybill;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A Jetty on loopback. */
final class JettyServer implements WebServer {
  private final Server jetty;
  private final ServerConnector connector;

  private JettyServer(Server jetty, ServerConnector connector) {
    this.jetty = jetty;
    this.connector = connector;
  }

  /** Starts one that knows Servlet 6.1. */
  static WebServer ofServlet61(int port, Waybill waybill, Map<String, Endpoint> endpoints)
      throws IOException {
    var content = new org.eclipse.jetty.ee11.servlet.ServletContextHandler();
    content.addFilter(WaybillFilter.of(waybill), "/*", EnumSet.allOf(DispatcherType.class));
    endpoints.forEach((path, endpoint) -> content.addServlet(new EndpointServlet(endpoint), path));
    return start(port, content);
  }

  /** Starts one that knows Servlet 6.0. */
  static WebServer ofServlet60(int port, Waybill waybill, Map<String, Endpoint> endpoints)
      throws IOException {
    var content = new org.eclipse.jetty.ee10.servlet.ServletContextHandler();
    content.addFilter(WaybillFilter.of(waybill), "/*", EnumSet.allOf(DispatcherType.class));
    endpoints.forEach((path, endpoint) -> content.addServlet(new EndpointServlet(endpoint), path));
    return start(port, content);
  }

  /**
   * Starts one.
   *
   * @param port 0 for any
   * @throws IOException if the port can't be had
   */
  static WebServer start(int port, Handler handler) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(Loopback.MOST_HEADER_BYTES);
    Server jetty = new Server(new QueuedThreadPool(Loopback.MOST_THREADS));
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost(Loopback.HOST);
    connector.setPort(port);
    connector.setAcceptQueueSize(Loopback.BACKLOG);
    jetty.addConnector(connector);
    jetty.setHandler(handler);
    WebServer server = new JettyServer(jetty, connector);
    try {
      jetty.start();
    } catch (Exception failed) {
      server.close();
      throw failed instanceof IOException io ? io : new IOException("Jetty does not start", failed);
    }
    return server;
  }

  @Override
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception failed) {
      throw new IllegalStateException("Jetty does not stop", failed);
    }
  }
}
