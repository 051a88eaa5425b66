package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
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
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The filter takes its callers for whom the contract says. */
class PeerContractTest extends ServerPeerContract {

  @Override
  protected Server start(
      int port, Waybill waybill, Supplier<String> service, TestPeer identity, TestPeer... clients)
      throws Exception {
    WebFluxServer server =
        WebFluxServer.tls(
            port,
            identity.sslContext(clients),
            exchange -> answer(exchange, service),
            WaybillWebFlux.serverFilter(waybill));
    return new TlsServer(server, port, identity);
  }

  private static Mono<Void> answer(ServerWebExchange exchange, Supplier<String> service) {
    return Mono.deferContextual(
        view -> {
          Context context = WaybillWebFlux.contextOf(view);
          byte[] text = context.wrapSupplier(service).get().getBytes(StandardCharsets.UTF_8);
          var response = exchange.getResponse();
          return response.writeWith(Mono.just(response.bufferFactory().wrap(text)));
        });
  }

  private static final class TlsServer implements Server {
    private final Map<TestPeer, HttpClient> connected = new HashMap<>();
    private final WebFluxServer server;
    private final int port;
    private final TestPeer identity;

    TlsServer(WebFluxServer server, int port, TestPeer identity) {
      this.server = server;
      this.port = port;
      this.identity = identity;
    }

    @Override
    public String call(TestPeer client, Map<String, List<String>> headers) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/who"))
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
    public void close() {
      server.close();
    }
  }
}
