package io.waybill.http.servlet;

import io.waybill.http.testing.PeerServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.net.URI;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter takes its callers for whom the contract says, in Jetty and Tomcat. */
@ParameterizedClass
@EnumSource(names = {"JETTY_OF_SERVLET_6_1", "TOMCAT"}) // each takes ten seconds
class PeerContractTest extends ServerPeerContract {

  private final Container container;

  PeerContractTest(Container container) {
    this.container = container;
  }

  @Override
  protected Server start(
      int port, Waybill waybill, Supplier<String> service, TestPeer identity, TestPeer... clients)
      throws Exception {
    TestServer server = new TestServer(container).filter(WaybillFilter.of(waybill));
    server.page("/who", (request, response) -> response.getWriter().print(service.get())).start();
    server.startTls(identity.sslContext(clients), port);
    return new PeerServer(server, URI.create("https://127.0.0.1:" + port + "/app/who"), identity);
  }
}
