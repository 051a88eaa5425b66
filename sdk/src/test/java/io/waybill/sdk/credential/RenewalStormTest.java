package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.RotatingTokens.Session;
import io.waybill.sdk.credential.RotatingTokens.Tokens;
import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many calls of many requests of many users, whose tokens expire when they like to. */
class RenewalStormTest {
  private static final LocalField<Session> SESSION = LocalField.secret("session");
  private static final Destination API = Destination.of(URI.create("https://api.example"));
  private static final int CALLS = 100_000;
  private static final int BRANCHES = 10_000;
  private static final int USERS = 50;
  private static final int REQUESTS_AT_ONCE = 2 * USERS;
  private static final String REJECTED = "rejected";

  private final long seed = new Random().nextLong();
  private final RotatingTokens oauth = new RotatingTokens();
  private final ConcurrentMap<String, Tokens> stored = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger(CALLS);
  private final AtomicInteger answered = new AtomicInteger();
  private ExecutorService requests;
  private ExecutorService platform;
  private ExecutorService virtual;

  @BeforeEach
  void start() throws Exception {
    requests = Executors.newFixedThreadPool(REQUESTS_AT_ONCE);
    platform = Executors.newFixedThreadPool(32);
    virtual = Pools.virtual(32);
  }

  @AfterEach
  void stop() throws Exception {
    for (ExecutorService pool : List.of(requests, platform, virtual)) {
      pool.shutdown();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Waybill waybill(Renewal<Session> renewal) {
    return Waybill.builder(OpenTelemetry.noop())
        .keep(SESSION)
        .credential(
            Credential.bearer(SESSION, (Session session) -> session.tokens().access())
                .to("https://api.example")
                .renew(renewal)
                .sharedBy(session -> session.tokens().refresh())
                .renewed((old, fresh) -> store(old.tokens(), fresh.tokens()))
                .grace(Duration.ofSeconds(10)))
        .build();
  }

  /** What a filter does with a cookie: a log-in meanwhile stays. */
  private void store(Tokens old, Tokens fresh) {
    stored.replace(old.user(), old, fresh);
  }

  /** One task, and its own chance. */
  private final class Storm {
    private final Waybill waybill;
    private final Random random;
    private String user;

    Storm(Waybill waybill, int number) {
      this.waybill = waybill;
      this.random = new Random(seed + number);
      this.user = "user-" + number % USERS;
    }

    Void run() throws Exception {
      Tokens before = stored.get(user);
      String first = user;
      while (left.get() > 0) {
        // Sometimes what was read a request ago, as a browser with two tabs does.
        Tokens now = stored.get(user);
        Tokens read = random.nextInt(4) == 0 && isOf(before, now) ? before : now;
        before = now;
        waybill.request().call(() -> request(read));
        user = first;
      }
      return null;
    }

    private boolean isOf(Tokens before, Tokens now) {
      return before.user().equals(now.user());
    }

    private Void request(Tokens read) throws Exception {
      RequestScope.current().set(SESSION, oauth.session(read));
      for (int batch = random.nextInt(3); batch >= 0; batch--) {
        List<Future<?>> calls = new ArrayList<>();
        for (int branch = random.nextInt(8); branch >= 0; branch--) {
          Call call = new Call(waybill, user, random.nextLong());
          ExecutorService pool = random.nextBoolean() ? platform : virtual;
          Runnable inRequest = Context.current().wrap(call::make);
          calls.add(pool.submit(() -> atRoot(inRequest)));
        }
        boolean waits = batch > 0 || random.nextInt(8) > 0; // else the request ends meanwhile
        for (Future<?> call : waits ? calls : List.<Future<?>>of()) {
          call.get(60, TimeUnit.SECONDS);
        }
        if (batch > 0 && random.nextInt(6) == 0) {
          logIn();
        }
      }
      return null;
    }

    /** Somebody else, or the same in a new session; a renewal may be under way. */
    private void logIn() {
      String next = random.nextBoolean() ? user : "user-" + random.nextInt(USERS);
      Tokens tokens = oauth.logIn(next);
      Session[] before = new Session[1];
      RequestScope.current()
          .update(
              SESSION,
              held -> {
                before[0] = held;
                return oauth.session(tokens);
              });
      before[0].isLoggedOut = true;
      stored.put(next, tokens);
      user = next;
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

  /** One call, which is rejected where its token has expired, as an adapter makes it. */
  private final class Call {
    private final Waybill waybill;
    private final String user;
    private final Random random;

    Call(Waybill waybill, String user, long seed) {
      this.waybill = waybill;
      this.user = user;
      this.random = new Random(seed);
    }

    void make() {
      left.decrementAndGet();
      Authorization authorization = waybill.authorization(Context.current());
      if (random.nextInt(500) == 0) {
        oauth.expire(random.nextInt(20) == 0 ? null : user);
      }
      if (attempt(authorization).equals(REJECTED)) {
        repeat(authorization);
      }
    }

    private void repeat(Authorization authorization) {
      Duration patience = random.nextInt(20) == 0 ? Duration.ofNanos(1) : null;
      CompletableFuture<Boolean> again =
          authorization.rejected(Rejection.http(401, List.of()), true, patience, Span.getInvalid());
      if (again == null) {
        return;
      }
      switch (random.nextInt(10)) {
        case 0 -> again.cancel(true);
        case 1, 2, 3 -> again.thenAccept(repeats -> secondThere(authorization, repeats)).join();
        default -> second(authorization, join(again));
      }
    }

    private boolean join(CompletableFuture<Boolean> again) {
      try {
        return again.join();
      } catch (CancellationException | CompletionException failed) {
        wrong.add("a caller's future: " + failed);
        return false;
      }
    }

    /** On a thread of the renewals, or here where there is an answer already. */
    private void secondThere(Authorization authorization, boolean repeats) {
      if (Thread.currentThread().getName().startsWith("waybill-credential-")) {
        atRoot(() -> second(authorization, repeats));
      } else {
        second(authorization, repeats);
      }
    }

    private void second(Authorization authorization, boolean repeats) {
      if (repeats) {
        attempt(authorization);
      }
    }

    private String attempt(Authorization authorization) {
      String[] header = new String[1];
      authorization.attach(
          API, header, (sent, name) -> false, (sent, name, value) -> sent[0] = value);
      if (header[0] == null) {
        return "ended";
      }
      String token = header[0].substring("Bearer ".length());
      if (!user.equals(oauth.owner(token))) {
        wrong.add(user + " has sent what is " + oauth.owner(token) + "'s");
      }
      String answer = oauth.userOrNull(token);
      if (answer == null) {
        return REJECTED;
      }
      answered.incrementAndGet();
      return answer;
    }
  }

  @Test
  void storm() throws Exception {
    for (int user = 0; user < USERS; user++) {
      stored.put("user-" + user, oauth.logIn("user-" + user));
    }
    Waybill waybill =
        waybill(
            held -> {
              Thread.yield(); // others come meanwhile
              return oauth.renew(held);
            });
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < REQUESTS_AT_ONCE; i++) {
      tasks.add(requests.submit(new Storm(waybill, i)::run));
    }
    for (Future<?> task : tasks) {
      task.get(120, TimeUnit.SECONDS);
    }
    stop();

    assertThat(wrong).as("seed %s", seed).isEmpty();
    assertThat(oauth.reuses).as("seed %s", seed).hasValue(0);
    assertThat(oauth.renewals).as("seed %s", seed).hasValueGreaterThan(USERS);
    assertThat(answered).as("seed %s", seed).hasValueGreaterThan(CALLS * 8 / 10);
    requireAllWiped();
  }

  /** Once each; all but what a log-in has replaced. */
  private void requireAllWiped() {
    Eventually.isTrue(
        () -> oauth.sessions.stream().allMatch(s -> s.isLoggedOut || s.wipes.get() > 0));
    assertThat(oauth.sessions).as("seed %s", seed).allMatch(session -> session.wipes.get() <= 1);
  }

  @Test
  void branches_allRejectedAtOnce_areOneRenewal() throws Exception {
    CountDownLatch rejected = new CountDownLatch(BRANCHES);
    Waybill waybill =
        waybill(
            held -> {
              rejected.await();
              return oauth.renew(held);
            });
    Tokens tokens = oauth.logIn("ben");
    oauth.expire(null);
    List<CompletableFuture<String>> answers =
        waybill
            .request()
            .call(
                () -> {
                  RequestScope.current().set(SESSION, oauth.session(tokens));
                  return branches(waybill, rejected);
                });

    assertThat(answers).hasSize(BRANCHES).allMatch(answer -> answer.join().equals("ben"));
    assertThat(oauth.renewals).hasValue(1);
    assertThat(oauth.reuses).hasValue(0);
  }

  private List<CompletableFuture<String>> branches(Waybill waybill, CountDownLatch rejected) {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < BRANCHES; i++) {
      Call call = new Call(waybill, "ben", i);
      Authorization authorization = waybill.authorization(Context.current());
      answers.add(
          CompletableFuture.supplyAsync(() -> branch(call, authorization, rejected), virtual)
              .thenCompose(again -> again.thenApply(repeats -> call.attempt(authorization))));
    }
    answers.forEach(CompletableFuture::join);
    return answers;
  }

  private static CompletableFuture<Boolean> branch(
      Call call, Authorization authorization, CountDownLatch rejected) {
    assertThat(call.attempt(authorization)).isEqualTo(REJECTED);
    CompletableFuture<Boolean> again =
        authorization.rejected(Rejection.http(401, List.of()), true, null, Span.getInvalid());
    rejected.countDown();
    if (Runtime.version().feature() >= 21) {
      again.join(); // on a virtual thread; on 17 there are not that many
    }
    return again;
  }
}
