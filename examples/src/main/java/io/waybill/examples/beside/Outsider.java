package io.waybill.examples.beside;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A server of somebody else, which remembers the baggage that it was sent. */
final class Outsider implements AutoCloseable {
  private final @Nullable URI redirect;
  private final HttpServer server;
  private volatile String received = "no call";

  /** Starts one that redirects, or, for null, answers. */
  Outsider(@Nullable URI redirect) throws IOException {
    this.redirect = redirect;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns what it was sent last. */
  String received() {
    return received;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String baggage = exchange.getRequestHeaders().getFirst("baggage");
    received = baggage == null ? "nothing" : baggage;
    if (redirect != null) {
      exchange.getResponseHeaders().set("location", redirect + "/");
    }
    exchange.sendResponseHeaders(redirect == null ? 204 : 302, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
