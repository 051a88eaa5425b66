package io.waybill.http.webflux;

import io.opentelemetry.context.Context;
import io.waybill.http.testing.PeerServer;
import io.waybill.sdk.Waybill;
import io.waybill.testing.ServerPeerContract;
import io.waybill.testing.TestPeer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
    return new PeerServer(server, URI.create("https://127.0.0.1:" + port + "/who"), identity);
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
}
