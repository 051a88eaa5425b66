package io.waybill.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server that writes down what of a request's identity it has got, and sends on whoever asks for
 * it: {@code /id?302=http://..}. The path is the id of the call, or a header. {@code ?401=} asks
 * for a password.
 */
final class Recorder implements AutoCloseable {
  /** What servers have got, by the id of the call, as {@code own[u-1 gold x-user]}. */
  private static final Map<String, List<String>> SEEN = new ConcurrentHashMap<>();

  private final String name;
  private final String host;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  Recorder(String name, String host, int port) throws IOException {
    this.name = name;
    this.host = host;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Returns the address of {@code id} here. */
  String url(String id) {
    return "http://" + host + ":" + server.getAddress().getPort() + "/" + id;
  }

  /** Returns the address of {@code id} here, which sends on to {@code next}. */
  String url(String id, int status, String next) {
    return url(id) + "?" + status + "=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String id = exchange.getRequestHeaders().getFirst("call-id");
    record(
        id == null ? exchange.getRequestURI().getPath().substring(1) : id,
        name,
        exchange.getRequestHeaders().get("baggage"),
        exchange.getRequestHeaders().get("x-user"));
    String query = exchange.getRequestURI().getRawQuery();
    byte[] body = name.getBytes(StandardCharsets.UTF_8);
    boolean isKnown = exchange.getRequestHeaders().containsKey("authorization");
    boolean isProxy = query != null && query.startsWith("305") && !name.equals("own");
    if (query == null || isProxy || (isKnown && query.startsWith("401"))) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else {
      String next = query.substring(query.indexOf('=') + 1);
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"recorder\"");
      exchange
          .getResponseHeaders()
          .set("Location", URLDecoder.decode(next, StandardCharsets.UTF_8));
      exchange.sendResponseHeaders(Integer.parseInt(query.substring(0, 3)), -1);
    }
    exchange.close();
  }

  /** Writes down what came: the members, and the header that is an alias of the user. */
  static void record(String id, String name, List<String> baggage, List<String> alias) {
    StringBuilder got = new StringBuilder();
    if (baggage != null) {
      baggage.stream()
          .flatMap(line -> Arrays.stream(line.split(",")))
          .map(String::strip)
          .map(member -> member.startsWith("request.id=") ? "id" : member)
          .sorted()
          .forEach(member -> got.append(got.isEmpty() ? "" : " ").append(member));
    }
    if (alias != null) {
      got.append(got.isEmpty() ? "" : " ").append("x-user: ").append(String.join("+", alias));
    }
    SEEN.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(name + "[" + got + "]");
  }

  /** Returns what the servers got, in their order. */
  static String seen(String id) {
    return String.join(" ", SEEN.getOrDefault(id, List.of()));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
