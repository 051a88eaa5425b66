package io.waybill.examples.conformance;

import java.io.IOException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A Jetty on loopback. */
final class WebServer implements AutoCloseable {
  /** One for each request that waits for its own call; Jetty starts them as they are needed. */
  private static final int MOST_THREADS = 4096;

  private static final int BACKLOG = 1024;

  private final Server jetty;
  private final ServerConnector connector;

  private WebServer(Server jetty, ServerConnector connector) {
    this.jetty = jetty;
    this.connector = connector;
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
    Server jetty = new Server(new QueuedThreadPool(MOST_THREADS));
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost(Loopback.HOST);
    connector.setPort(port);
    connector.setAcceptQueueSize(BACKLOG);
    jetty.addConnector(connector);
    jetty.setHandler(handler);
    WebServer server = new WebServer(jetty, connector);
    try {
      jetty.start();
    } catch (Exception failed) {
      server.close();
      throw failed instanceof IOException io ? io : new IOException("Jetty does not start", failed);
    }
    return server;
  }

  int port() {
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
