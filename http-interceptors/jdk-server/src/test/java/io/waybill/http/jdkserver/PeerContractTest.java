package io.waybill.http.jdkserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    return new TlsServer(server, port, identity, new HashMap<>());
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

  private record TlsServer(
      SmallServer server, int port, TestPeer identity, Map<TestPeer, HttpClient> connected)
      implements Server {

    @Override
    public String call(TestPeer client, Map<String, List<String>> headers) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port))
              .timeout(Duration.ofSeconds(60));
      headers.forEach((name, lines) -> lines.forEach(line -> request.header(name, line)));
      return connected
          .computeIfAbsent(client, this::client)
          .send(request.build(), BodyHandlers.ofString())
          .body();
    }

    private HttpClient client(TestPeer client) {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .sslContext(client.sslContext(identity))
          .build();
    }

    @Override
    public void close() throws Exception {
      server.close();
    }
  }
}
