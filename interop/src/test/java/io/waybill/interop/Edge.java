package io.waybill.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A service without Waybill that asks two others. Arguments: its port, and theirs. Says what they
 * were sent, as lines of {@code name: baggage}.
 */
final class Edge {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Edge() {}

  public static void main(String[] ports) throws Exception {
    HttpHandler say =
        exchange -> {
          String baggage =
              exchange.getRequestHeaders().getOrDefault("Baggage", List.of("nothing")).toString();
          answer(exchange, baggage);
        };
    HttpServer own = server(ports[1], say);
    HttpServer third = server(ports[2], say);
    HttpServer edge =
        server(
            ports[0],
            exchange ->
                answer(exchange, "own: " + asked(own) + "\nthird: " + asked(third) + "\ndone"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(edge))) {
      String request =
          "GET / HTTP/1.1\r\nHost: shop\r\nbaggage: user.id=u-1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.println(answer);
    }
    List.of(edge, own, third).forEach(server -> server.stop(0));
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }

  private static HttpServer server(String port, HttpHandler handler) throws IOException {
    InetAddress local = InetAddress.getLoopbackAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(local, Integer.parseInt(port)), 0);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String asked(HttpServer server) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port(server) + "/");
    try {
      return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
