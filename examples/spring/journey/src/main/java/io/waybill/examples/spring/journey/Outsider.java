package io.waybill.examples.spring.journey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A server of somebody else, which keeps what it received. */
final class Outsider implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final @Nullable Outsider other;

  /**
   * What it received.
   *
   * @param path with the number of the order at its end
   * @param headers by name in lower case
   */
  record Received(String path, Map<String, List<String>> headers) {
    int number() {
      return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    }

    List<String> header(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  /** Opens one; {@code other} is where it sends whoever asks for its offers. */
  @SuppressWarnings("this-escape") // last, when all is there
  Outsider(@Nullable Outsider other) throws IOException {
    this.other = other;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    received.add(new Received(path, headers));
    if (other != null && path.startsWith("/offers/")) {
      exchange.getResponseHeaders().set("location", other.uri() + path);
      exchange.sendResponseHeaders(302, -1);
    } else {
      exchange.sendResponseHeaders(204, -1);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
