package io.waybill.http.testing;

import io.waybill.testing.ServerPeerContract.Server;
import io.waybill.testing.TestPeer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The server of the contract of peers, and clients with certificates, for all that speak HTTP. */
public final class PeerServer implements Server {
  private final Map<TestPeer, HttpClient> connected = new ConcurrentHashMap<>();
  private final AutoCloseable server;
  private final URI uri;
  private final TestPeer identity;

  /**
   * Creates it over one that is started.
   *
   * @param uri the page that says who called
   * @param identity whom clients believe
   */
  public PeerServer(AutoCloseable server, URI uri, TestPeer identity) {
    this.server = server;
    this.uri = uri;
    this.identity = identity;
  }

  @Override
  public String call(TestPeer client, Map<String, List<String>> headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
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
