package io.waybill.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.http.testing.RecordingServer;
import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.credential.CredentialRefusedException;
import io.waybill.testing.RotatingAuthorizationServer;
import io.waybill.testing.RotatingAuthorizationServer.InvalidGrantException;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The storm of the SDK's tests over sockets, a tenth of it: the rest is the time of the sockets.
 */
class RenewalStormTest {
  private static final LocalField<Tokens> SESSION = LocalField.secret("session");
  private static final int CALLS = 10_000;
  private static final int USERS = 50;
  private static final int REQUESTS_AT_ONCE = 16;

  private final long seed = new Random().nextLong();
  private final Map<String, Tokens> stored = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger(CALLS);
  private final AtomicInteger answered = new AtomicInteger();
  private final Telemetry telemetry = new Telemetry();
  private RotatingAuthorizationServer oauth;
  private RecordingServer server;
  private ExecutorService requests;
  private ExecutorService platform;
  private ExecutorService virtual;

  @BeforeEach
  void start() throws Exception {
    oauth = RotatingAuthorizationServer.start();
    server = RecordingServer.answering(this::answer);
    requests = Executors.newFixedThreadPool(REQUESTS_AT_ONCE);
    platform = Executors.newFixedThreadPool(32);
    virtual = virtualOr(platform);
  }

  @AfterEach
  void stop() throws Exception {
    for (ExecutorService pool : List.of(requests, platform, virtual)) {
      pool.shutdown();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    server.close();
    oauth.close();
    telemetry.close();
  }

  private static ExecutorService virtualOr(ExecutorService else17)
      throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      return else17;
    }
    Method perTask = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
    return (ExecutorService) perTask.invoke(null);
  }

  /** In a header: a body is a second packet, which waits for the acknowledgement of the first. */
  private void answer(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("authorization");
    String user = header == null ? null : oauth.userOrNull(header.substring("Bearer ".length()));
    if (user != null) {
      exchange.getResponseHeaders().set("x-user", user);
    }
    RecordingServer.status(user == null ? 401 : 200, "").to(exchange);
  }

  private Waybill waybill() {
    return telemetry
        .waybill()
        .keep(SESSION)
        .credential(
            Credential.bearer(SESSION, Tokens::access)
                .to(server.origin())
                .plaintext()
                .renew(this::refreshed)
                .sharedBy(Tokens::refresh)
                .renewed(this::store))
        .build();
  }

  private Tokens refreshed(Tokens held) throws Exception {
    try {
      return oauth.refresh(held.refresh());
    } catch (InvalidGrantException refused) {
      throw new CredentialRefusedException("invalid_grant", refused);
    }
  }

  /** What a filter does with a cookie: a log-in meanwhile stays. */
  private void store(Tokens old, Tokens fresh) {
    stored.replaceAll((user, tokens) -> tokens.equals(old) ? fresh : tokens);
  }

  /** One task, and its own chance. */
  private final class Storm {
    private final Waybill waybill;
    private final HttpClient client;
    private final Random random;
    private final String user;

    Storm(Waybill waybill, HttpClient client, int number) {
      this.waybill = waybill;
      this.client = client;
      this.random = new Random(seed + number);
      this.user = "user-" + random.nextInt(USERS);
    }

    Void run() throws Exception {
      Tokens read = stored.get(user);
      for (int i = random.nextInt(4); i >= 0; i--) {
        Tokens held = read;
        waybill.request().call(() -> request(held));
        // Else the next comes with what was read before this one.
        read = random.nextInt(4) == 0 ? read : stored.get(user);
      }
      return null;
    }

    private Void request(Tokens read) throws Exception {
      RequestScope.current().set(SESSION, read);
      List<Future<?>> calls = new ArrayList<>();
      for (int branch = random.nextInt(6); branch >= 0; branch--) {
        Random chance = new Random(random.nextLong());
        Runnable inRequest = Context.current().wrap(() -> call(chance));
        ExecutorService pool = random.nextBoolean() ? platform : virtual;
        calls.add(pool.submit(() -> atRoot(inRequest)));
      }
      if (random.nextInt(20) == 0) {
        Tokens other = oauth.logIn(user);
        RequestScope.current().set(SESSION, other);
        stored.put(user, other);
      }
      for (Future<?> call : random.nextInt(8) == 0 ? List.<Future<?>>of() : calls) {
        call.get(60, TimeUnit.SECONDS);
      }
      return null;
    }

    private void call(Random chance) {
      left.decrementAndGet();
      if (chance.nextInt(400) == 0) {
        oauth.expireAccessTokens();
      }
      HttpRequest get = HttpRequest.newBuilder(server.uri("/")).build();
      CompletableFuture<HttpResponse<String>> answer =
          chance.nextBoolean()
              ? client.sendAsync(get, BodyHandlers.ofString())
              : CompletableFuture.completedFuture(send(get));
      if (chance.nextInt(20) == 0) {
        answer.cancel(true);
      } else {
        judge(answer.orTimeout(60, TimeUnit.SECONDS).join());
      }
    }

    private HttpResponse<String> send(HttpRequest get) {
      try {
        return client.send(get, BodyHandlers.ofString());
      } catch (IOException | InterruptedException failed) {
        throw new AssertionError(failed);
      }
    }

    private void judge(HttpResponse<String> answer) {
      if (answer.statusCode() == 200) {
        answered.incrementAndGet();
        String answeredAs = answer.headers().firstValue("x-user").orElse("nobody");
        if (!answeredAs.equals(user)) {
          wrong.add(user + " was answered as " + answeredAs);
        }
      } else if (answer.statusCode() != 401) {
        wrong.add("status " + answer.statusCode());
      }
    }
  }

  private void atRoot(Runnable task) {
    requireRoot();
    task.run();
    requireRoot();
  }

  private void requireRoot() {
    if (Context.current() != Context.root()) {
      wrong.add("a thread is in " + Context.current());
    }
  }

  @Test
  void storm() throws Exception {
    for (int user = 0; user < USERS; user++) {
      stored.put("user-" + user, oauth.logIn("user-" + user));
    }
    Waybill waybill = waybill();
    HttpClient client =
        WaybillHttpClient.newBuilder(waybill).version(HttpClient.Version.HTTP_1_1).build();
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
      int number = i * CALLS; // each goes on with the next number
      tasks.add(requests.submit(() -> storms(waybill, client, number)));
    }
    for (Future<?> task : tasks) {
      task.get(120, TimeUnit.SECONDS);
    }

    assertThat(wrong).as("seed %s", seed).isEmpty();
    assertThat(oauth.reuses()).as("seed %s", seed).isZero();
    assertThat(oauth.renewals()).as("seed %s", seed).isPositive();
    assertThat(answered).as("seed %s", seed).hasValueGreaterThan(CALLS / 2);
  }

  private Void storms(Waybill waybill, HttpClient client, int first) throws Exception {
    for (int number = first; left.get() > 0; number++) {
      new Storm(waybill, client, number).run();
    }
    return null;
  }
}
