package io.waybill.examples.conformance;

import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.Map;

/** What serves HTTP, by the adapter for it. */
enum ServerKind {
  JETTY(JettyServer::ofServlet61),
  JETTY_EE10(JettyServer::ofServlet60),
  TOMCAT(TomcatServer::start),
  JDK(JdkServer::start);

  private final Starter starter;

  ServerKind(Starter starter) {
    this.starter = starter;
  }

  /** Starts a server of one kind. */
  private interface Starter {
    WebServer start(int port, Waybill waybill, Map<String, Endpoint> endpoints) throws IOException;
  }

  /**
   * Starts one, with Waybill in front of its endpoints.
   *
   * @param port 0 for any
   * @param endpoints by their paths; anything else is the server's own to answer
   * @throws IOException if the port can't be had
   */
  WebServer start(int port, Waybill waybill, Map<String, Endpoint> endpoints) throws IOException {
    try {
      return starter.start(port, waybill, endpoints);
    } catch (IOException failed) {
      throw new IOException("port " + port + ": " + failed.getMessage(), failed);
    }
  }
}
