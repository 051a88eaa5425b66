package io.waybill.examples.prefetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** A user service over HTTP, and how it is called. It knows the user by the bearer token. */
final class Users implements AutoCloseable {
  private static final String BEARER = "Bearer token-of-";

  private final HttpServer server;

  private Users(HttpServer server) {
    this.server = server;
  }

  static Users start() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(anyPort, 0);
    server.createContext("/me", Users::answer);
    server.start();
    return new Users(server);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String user = exchange.getRequestHeaders().getFirst("Authorization").substring(BEARER.length());
    byte[] body = ("{\"name\": \"" + user + "\"}").getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String fetch(HttpClient client) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(origin() + "/me")).build();
    try {
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
