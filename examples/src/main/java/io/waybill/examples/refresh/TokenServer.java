package io.waybill.examples.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.sdk.credential.CredentialRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An API, and the authorization server of it, with one session. A refresh token is good for once:
 * who uses it again may have stolen it, so the session is revoked (RFC 9700 §4.14.2).
 */
final class TokenServer implements AutoCloseable {
  /** Connections that may wait to be accepted: a branch each. */
  private static final int BACKLOG = 1024;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> used = new HashSet<>();
  private Session current = new Session("", "");
  private int number;
  private int asked;
  private boolean expired;
  private boolean revoked;

  private TokenServer(HttpServer server) {
    this.server = server;
  }

  static TokenServer start() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    TokenServer started = new TokenServer(HttpServer.create(anyPort, BACKLOG));
    started.server.setExecutor(started.threads);
    started.server.createContext("/orders", started::orders);
    started.server.createContext("/token", started::token);
    started.server.start();
    return started;
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  URI api() {
    return URI.create(origin() + "/orders");
  }

  /** Starts the session. */
  synchronized Session logIn() {
    return next();
  }

  private Session next() {
    number++;
    expired = false;
    current = new Session("access-" + number, "refresh-" + number);
    return current;
  }

  synchronized void expireAccessTokens() {
    expired = true;
  }

  /** Tells what became of the session. */
  synchronized String describe() {
    return asked
        + (asked == 1 ? " renewal, " : " renewals, ")
        + (revoked ? "the session is revoked" : "the session goes on");
  }

  private void orders(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("authorization");
    boolean known = isKnown(header == null ? "" : header);
    answer(exchange, known ? 200 : 401, known ? "3 orders" : "");
  }

  private synchronized boolean isKnown(String header) {
    return !revoked && !expired && header.equals("Bearer " + current.access());
  }

  private void token(HttpExchange exchange) throws IOException {
    Session fresh = renewed(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    answer(
        exchange,
        fresh == null ? 400 : 200,
        fresh == null ? "invalid_grant" : fresh.access() + " " + fresh.refresh());
  }

  private synchronized @Nullable Session renewed(String refresh) {
    asked++;
    revoked |= !used.add(refresh);
    return revoked || !refresh.equals(current.refresh()) ? null : next();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /**
   * Asks for new tokens, as a client does.
   *
   * @throws CredentialRefusedException if the session is over
   */
  Session renew(HttpClient client, Session held)
      throws IOException, InterruptedException, CredentialRefusedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(origin() + "/token"))
            .POST(BodyPublishers.ofString(held.refresh()))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new CredentialRefusedException(answer.body());
    }
    String[] tokens = answer.body().split(" ", 2);
    return new Session(tokens[0], tokens[1]);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
