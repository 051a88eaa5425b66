package io.waybill.examples.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.waybill.RequestScope;
import io.waybill.http.jdkserver.WaybillHttpServer;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A service that says for whom it was called, and a stranger's, which {@code /moved} leads to. */
final class Orders implements AutoCloseable {
  private final HttpServer ours;
  private final HttpServer strangers;

  private Orders(HttpServer ours, HttpServer strangers) {
    this.ours = ours;
    this.strangers = strangers;
  }

  static Orders start() throws IOException {
    // It believes whoever calls, so that it would say what it should not have got.
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .carry(Clients.USER)
            .peers(peer -> TrustZone.OWN)
            .build();
    HttpHandler page = WaybillHttpServer.wrap(Orders::serve, waybill);
    HttpServer strangers = listen(page);
    HttpServer ours = listen(page);
    String elsewhere = origin(strangers) + "/orders";
    ours.createContext("/moved", exchange -> redirect(exchange, elsewhere));
    return new Orders(ours, strangers);
  }

  private static HttpServer listen(HttpHandler page) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/orders", page);
    server.start();
    return server;
  }

  String origin() {
    return origin(ours);
  }

  private static String origin(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String user = RequestScope.current().get(Clients.USER);
      byte[] body = ("orders of " + (user == null ? "nobody" : user)).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Location", to);
      exchange.sendResponseHeaders(302, -1);
    }
  }

  @Override
  public void close() {
    ours.stop(0);
    strangers.stop(0);
  }
}
