package io.waybill.spring.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on the loopback address that remembers what it was sent. */
final class Recorder implements AutoCloseable {
  static {
    // Else each answer with a body waits for 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private static final int LONG = 1 << 18;

  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  record Seen(String method, String path, Headers headers, String body) {
    List<String> lines(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  Recorder(Answer answer) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, answer));
    server.start();
  }

  private void serve(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Headers copy = new Headers();
      exchange.getRequestHeaders().forEach((name, lines) -> copy.put(name, List.copyOf(lines)));
      String path = exchange.getRequestURI().getPath();
      seen.add(new Seen(exchange.getRequestMethod(), path, copy, body));
      answer.to(exchange);
    }
  }

  /** Answers; to {@code ?long} with more than buffers hold, if it is not the last answer. */
  static void status(HttpExchange exchange, int status, String text) throws IOException {
    boolean isLong = status != 200 && "long".equals(exchange.getRequestURI().getQuery());
    byte[] bytes = (isLong ? text.repeat(LONG) : text).getBytes(StandardCharsets.UTF_8);
    boolean isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, isEmpty ? -1 : bytes.length);
    if (!isEmpty) {
      exchange.getResponseBody().write(bytes);
    }
  }

  static void redirect(HttpExchange exchange, int status, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    status(exchange, status, "body of a redirect");
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
