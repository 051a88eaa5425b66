package io.waybill.http.jdkserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.waybill.http.testing.PeerServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** The filter takes its callers for whom the contract says. */
class PeerContractTest extends ServerPeerContract {

  @Override
  protected Server start(
      int port, Waybill waybill, Supplier<String> service, TestPeer identity, TestPeer... clients)
      throws Exception {
    SmallServer server =
        SmallServer.startTls(
            port, identity.sslContext(clients), waybill, exchange -> answer(exchange, service));
    return new PeerServer(server, URI.create("https://127.0.0.1:" + port + "/"), identity);
  }

  private static void answer(HttpExchange exchange, Supplier<String> service) throws IOException {
    // As handlers do who want to know of the session.
    if (((HttpsExchange) exchange).getSSLSession() == null) {
      throw new IOException("no session");
    }
    try (exchange) {
      byte[] body = service.get().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
