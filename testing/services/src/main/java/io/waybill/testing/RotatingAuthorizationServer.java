package io.waybill.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server on the loopback address that rotates refresh tokens, for tests of who
 * renews them. Each is good for one renewal; to use one again revokes the session that it is of, as
 * RFC 9700 §4.14.2 wants it.
 *
 * <pre>{@code
 * try (RotatingAuthorizationServer oauth = RotatingAuthorizationServer.start()) {
 *   Tokens tokens = oauth.logIn("u-1");
 *   oauth.expireAccessTokens();
 *   Tokens fresh = oauth.refresh(tokens.refresh());
 *   assertThat(oauth.userOrNull(fresh.access())).isEqualTo("u-1");
 * }
 * }</pre>
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
public final class RotatingAuthorizationServer implements AutoCloseable {

  /** What a client gets. */
  public record Tokens(String access, String refresh) {
    /** Returns no token: records of tests end up in logs, too. */
    @Override
    public String toString() {
      return "Tokens[...]";
    }
  }

  /** Says that the server has refused a refresh token. */
  public static final class InvalidGrantException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidGrantException() {
      super("invalid_grant");
    }
  }

  /** Answers a request for new tokens in the place of the server. */
  @FunctionalInterface
  public interface Fault {
    /** Returns the status to answer with, or 0 to let the server do it. May throw, or take long. */
    int answer() throws Exception;
  }

  private static final class Session {
    final String user;
    volatile String access = "";
    volatile boolean revoked;

    Session(String user) {
      this.user = user;
    }
  }

  private final Map<String, Session> byRefresh = new ConcurrentHashMap<>();
  private final Map<String, Session> byAccess = new ConcurrentHashMap<>();
  private final Set<String> used = ConcurrentHashMap.newKeySet();
  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicInteger reuses = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile Fault fault = () -> 0;

  private RotatingAuthorizationServer(HttpServer server) {
    this.server = server;
  }

  /** Starts one on a free port. */
  public static RotatingAuthorizationServer start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RotatingAuthorizationServer started = new RotatingAuthorizationServer(server);
    server.setExecutor(started.threads);
    server.createContext("/token", started::answer);
    server.start();
    return started;
  }

  /**
   * Returns where it renews tokens (RFC 6749 §6): a form with {@code refresh_token}, whatever else
   * it has, is answered in JSON, with {@code access_token} and {@code refresh_token}, or with 400
   * and {@code invalid_grant}.
   */
  public URI tokenEndpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
  }

  /** Returns the tokens of a new session of {@code user}. */
  public Tokens logIn(String user) {
    return tokens(new Session(user));
  }

  private Tokens tokens(Session session) {
    String refresh = "refresh-" + UUID.randomUUID();
    byAccess.remove(session.access);
    session.access = "access-" + UUID.randomUUID();
    byAccess.put(session.access, session);
    byRefresh.put(refresh, session);
    return new Tokens(session.access, refresh);
  }

  /**
   * Returns new tokens for a refresh token, over HTTP.
   *
   * @throws InvalidGrantException if the server has refused it
   * @throws IOException if it answered anything else, or was closed before it answered
   */
  public Tokens refresh(String refresh) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(tokenEndpoint())
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=refresh_token&refresh_token=" + refresh))
            .build();
    HttpResponse<String> answer = answer(client.sendAsync(request, BodyHandlers.ofString()));
    if (answer.statusCode() == 400) {
      throw new InvalidGrantException();
    }
    if (answer.statusCode() != 200) {
      throw new IOException("the token endpoint answered " + answer.statusCode());
    }
    return new Tokens(
        member(answer.body(), "access_token"), member(answer.body(), "refresh_token"));
  }

  /** Waits for the answer, as long as somebody may give it. */
  private HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> asked)
      throws IOException, InterruptedException {
    try {
      CompletableFuture.anyOf(asked, closed).get();
      if (!asked.isDone()) {
        throw new IOException("the token endpoint was closed before it answered");
      }
      return asked.get();
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    } finally {
      asked.cancel(true); // where nobody waits any more
    }
  }

  /** Returns a string of our own answer, which has nothing to unescape. */
  private static String member(String json, String name) {
    return json.replaceFirst(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      int status = faulty();
      Tokens tokens = status == 0 ? renew(parameter(form, "refresh_token")) : null;
      byte[] body = json(tokens).getBytes(UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(status != 0 ? status : tokens == null ? 400 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String parameter(String form, String name) {
    for (String pair : form.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), UTF_8);
      }
    }
    return "";
  }

  private int faulty() {
    try {
      return fault.answer();
    } catch (Exception of) {
      return 500;
    }
  }

  private static String json(@Nullable Tokens tokens) {
    return tokens == null
        ? "{\"error\":\"invalid_grant\"}"
        : "{\"token_type\":\"Bearer\",\"access_token\":\""
            + tokens.access
            + "\",\"refresh_token\":\""
            + tokens.refresh
            + "\"}";
  }

  private @Nullable Tokens renew(String refresh) {
    Session session = byRefresh.get(refresh);
    if (session == null) {
      return null;
    }
    if (!used.add(refresh)) {
      reuses.incrementAndGet();
      session.revoked = true;
    }
    if (session.revoked) {
      return null;
    }
    renewals.incrementAndGet();
    return tokens(session);
  }

  /** Returns whose access token this is; null if it is none, or none any more. */
  public @Nullable String userOrNull(String access) {
    Session session = byAccess.get(access);
    return session == null || session.revoked ? null : session.user;
  }

  /** Lets all access tokens that are out expire. */
  public void expireAccessTokens() {
    byAccess.clear();
  }

  /** Lets each renewal from now on begin with {@code fault}. */
  public void faulty(Fault fault) {
    this.fault = fault;
  }

  /** Returns how many renewals there were. */
  public int renewals() {
    return renewals.get();
  }

  /** Returns how often a refresh token was used again, for which its session was revoked. */
  public int reuses() {
    return reuses.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    closed.complete(null);
  }
}
