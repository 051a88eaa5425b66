package io.waybill.http.servlet;

import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    return new TlsServer(server, port, identity);
  }

  private static final class TlsServer implements Server {
    private final Map<TestPeer, HttpClient> connected = new HashMap<>();
    private final TestServer server;
    private final int port;
    private final TestPeer identity;

    TlsServer(TestServer server, int port, TestPeer identity) {
      this.server = server;
      this.port = port;
      this.identity = identity;
    }

    @Override
    public String call(TestPeer client, Map<String, List<String>> headers) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/app/who"))
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
