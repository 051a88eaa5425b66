package io.waybill.examples.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A third party, which keeps every header that it gets. */
final class Partner implements AutoCloseable {
  private final Map<String, Map<String, List<String>>> received = new ConcurrentHashMap<>();
  private final ExecutorService executor = Executors.newFixedThreadPool(8);
  private final HttpServer server;

  Partner() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/payments", this::keep);
    server.start();
  }

  private void keep(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, lines) -> headers.put(name.toLowerCase(Locale.ROOT), lines));
    received.put(exchange.getRequestURI().getQuery(), headers);
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Returns the headers that came with an order; none if it did not come. */
  Map<String, List<String>> received(String order) {
    return received.getOrDefault("order=" + order, Map.of());
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
