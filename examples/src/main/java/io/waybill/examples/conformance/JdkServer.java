package io.waybill.examples.conformance;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.http.jdkserver.WaybillHttpServer;
import io.waybill.sdk.Waybill;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's small server on loopback. */
final class JdkServer implements WebServer {
  private final HttpServer server;
  private final ExecutorService threads;

  private JdkServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  static WebServer start(int port, Waybill waybill, Map<String, Endpoint> endpoints)
      throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Loopback.BACKLOG);
    // One thread for each request that waits for its own call.
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    endpoints.forEach(
        (path, endpoint) -> {
          HttpContext context = server.createContext(path, exchange -> answer(endpoint, exchange));
          context.getFilters().add(WaybillHttpServer.filter(waybill));
        });
    server.start();
    return new JdkServer(server, threads);
  }

  private static void answer(Endpoint endpoint, HttpExchange exchange) throws IOException {
    try (exchange) {
      Endpoint.Reply reply =
          endpoint.answer(
              new Endpoint.Request(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().getRawQuery(),
                  Json.text(exchange.getRequestBody())));
      exchange.getResponseHeaders().set("Content-Type", Json.CONTENT_TYPE);
      byte[] answer = reply.body();
      exchange.sendResponseHeaders(reply.status(), answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
