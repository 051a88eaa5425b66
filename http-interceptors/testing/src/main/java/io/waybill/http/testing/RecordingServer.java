package io.waybill.http.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A server on the loopback address that remembers what it was sent. */
public final class RecordingServer implements AutoCloseable {
  static {
    // Else each answer with a body waits for 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  /** One request, as it came over the wire. */
  public record Seen(String method, String target, Headers headers, String body) {
    public List<String> lines(String name) {
      return headers.getOrDefault(name, List.of());
    }

    public String line(String name) {
      return headers.getFirst(name);
    }
  }

  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private RecordingServer(HttpServer server, String scheme, Answer answer) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, answer));
    server.start();
  }

  public static RecordingServer answering(Answer answer) throws IOException {
    return new RecordingServer(HttpServer.create(anyPort(), 0), "http", answer);
  }

  public static RecordingServer answeringTls(SSLContext tls, Answer answer) throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new RecordingServer(server, "https", answer);
  }

  /** Answers with {@code status} and {@code body}. */
  public static Answer status(int status, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      boolean empty =
          bytes.length == 0 || status == 304 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
      if (!empty) {
        exchange.getResponseBody().write(bytes);
      }
    };
  }

  /** Answers with a redirect that has a body, which nobody should see. */
  public static Answer redirect(int status, String location) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      status(status, "body of a redirect").to(exchange);
    };
  }

  private void serve(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Headers copy = new Headers();
      exchange.getRequestHeaders().forEach((name, lines) -> copy.put(name, List.copyOf(lines)));
      String target = exchange.getRequestURI().toString();
      seen.add(new Seen(exchange.getRequestMethod(), target, copy, body));
      answer.to(exchange);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String origin() {
    return origin("127.0.0.1");
  }

  public String origin(String host) {
    return scheme + "://" + host + ":" + port();
  }

  public URI uri(String path) {
    return URI.create(origin() + path);
  }

  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  public Seen only() {
    List<Seen> all = seen();
    if (all.size() != 1) {
      throw new AssertionError("expected one request, but there were " + all);
    }
    return all.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
