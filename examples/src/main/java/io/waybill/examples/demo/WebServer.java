package io.waybill.examples.demo;

import java.net.URI;
import java.time.Duration;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A Jetty with the servlets and filters of one service. */
final class WebServer implements AutoCloseable {
  /** One for each request that blocks; Jetty starts them as they are needed. */
  private static final int MOST_THREADS = 4096;

  /** Connections that may wait to be accepted; with less, a burst of them is slowed by seconds. */
  private static final int BACKLOG = 1024;

  /** Longer than any run: a client may just be sending on a connection that is found idle. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Server jetty;
  private final ServerConnector connector;

  private WebServer(Server jetty, ServerConnector connector) {
    this.jetty = jetty;
    this.connector = connector;
  }

  static WebServer start(ServletContextHandler content, Threads threads) {
    QueuedThreadPool pool = new QueuedThreadPool(MOST_THREADS);
    if (threads == Threads.VIRTUAL) {
      pool.setVirtualThreadsExecutor(threads.executor());
    }
    Server jetty = new Server(pool);
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost(Loopback.HOST);
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(IDLE.toMillis());
    jetty.addConnector(connector);
    jetty.setHandler(content);
    try {
      jetty.start();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty does not start", e);
    }
    return new WebServer(jetty, connector);
  }

  URI uri() {
    return Loopback.http(connector.getLocalPort());
  }

  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty does not stop", e);
    }
  }
}
