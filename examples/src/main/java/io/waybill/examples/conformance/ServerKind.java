package io.waybill.examples.conformance;

import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.util.Map;

/** What serves HTTP, by the adapter for it. */
enum ServerKind {
  JETTY,
  JETTY_EE10,
  TOMCAT,
  JDK,
  WEBFLUX;

  /**
   * Starts one, with Waybill in front of its endpoints.
   *
   * @param port 0 for any
   * @param endpoints by their paths; anything else is the server's own to answer
   * @throws IOException if the port can't be had
   */
  WebServer start(int port, Waybill waybill, Map<String, Endpoint> endpoints) throws IOException {
    try {
      return switch (this) {
        case JETTY -> JettyServer.ofServlet61(port, waybill, endpoints);
        case JETTY_EE10 -> JettyServer.ofServlet60(port, waybill, endpoints);
        case TOMCAT -> TomcatServer.start(port, waybill, endpoints);
        case JDK -> JdkServer.start(port, waybill, endpoints);
        case WEBFLUX -> WebFluxServer.start(port, waybill, endpoints);
      };
    } catch (IOException failed) {
      throw new IOException("port " + port + ": " + failed.getMessage(), failed);
    }
  }
}
