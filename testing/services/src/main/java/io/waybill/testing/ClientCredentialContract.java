package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What each adapter of a client does with the credentials of a request. */
abstract class ClientCredentialContract extends CredentialContractBase {
  private static final int BRANCHES = 100;
  private static final long LEAST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  @Test
  void attached_toNamedDestination() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");

    assertThat(with(waybill, held, () -> client.call(Map.of()))).contains("ben");
    assertThat(tokens).containsExactly(held.access());
    assertThat(run.telemetry.credential(Outcome.ATTACHED)).isOne();
  }

  @Test
  void attached_toNobodyElse() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(bearer(oauth, "http://other.internal"));
    Client client = client(waybill, server.origin());

    String outcome = with(waybill, oauth.logIn("ben"), () -> outcome(() -> client.call(Map.of())));
    assertThat(isRejection(outcome)).as(outcome).isTrue();
    assertThat(tokens).containsExactly("");
    assertThat(oauth.renewals()).isZero();
  }

  @Test
  void attached_notAfterTheEnd() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    RequestScope over = with(waybill, oauth.logIn("ben"), RequestScope::current);

    String outcome = over.call(() -> outcome(() -> client.call(Map.of())));
    assertThat(isRejection(outcome)).as(outcome).isTrue();
    assertThat(tokens).containsExactly("");
    assertThat(run.telemetry.credential(Outcome.WITHHELD)).isOne();
  }

  @Test
  void written_byTheApplication_isLeftAlone() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());

    String outcome =
        with(
            waybill,
            oauth.logIn("ben"),
            () -> outcome(() -> client.call(Map.of("authorization", "Bearer mine"))));
    assertThat(isRejection(outcome)).as(outcome).isTrue();
    assertThat(tokens).containsExactly("mine");
    assertThat(oauth.renewals()).isZero();
  }

  @Test
  void rejected_isRenewedAndRepeated() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();

    Tokens fresh =
        with(
            waybill,
            held,
            () -> {
              expectAnswer(outcome(() -> client.call(Map.of())), "ben");
              Await.until("the renewal", () -> run.telemetry.credential(Outcome.RENEWED) == 1);
              assertThat(client.call(Map.of())).as("the next call").contains("ben");
              return RequestScope.current().get(SESSION);
            });
    expectOneRenewal(oauth);
    assertThat(fresh.refresh()).isNotEqualTo(held.refresh());
    assertThat(run.telemetry.credential(Outcome.RENEWED)).isOne();
  }

  @Test
  void rejected_asynchronously() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();

    String outcome =
        with(
            waybill,
            held,
            () -> outcome(() -> ContractRun.get(client.callAsync(Map.of(), callback -> {}))));
    expectAnswer(outcome, "ben");
    expectOneRenewal(oauth);
  }

  /** The first is still under way with the old token when the second has renewed it. */
  @Test
  void rejected_lateWithAnOldToken_repeatsOnly() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    CountDownLatch renewed = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    Server server = guarded(oauth);
    Server slow =
        answering(
            headers ->
                calls.incrementAndGet() == 1
                    ? CompletableFuture.supplyAsync(
                        () -> {
                          awaitQuietly(renewed);
                          throw new UnauthenticatedException();
                        })
                    : CompletableFuture.completedFuture("late"));
    Waybill waybill = holding(bearer(oauth, server.origin(), slow.origin()));
    Client client = client(waybill, server.origin());
    Client late = client(waybill, slow.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();

    with(
        waybill,
        held,
        () -> {
          CompletableFuture<String> first = late.callAsync(Map.of(), callback -> {});
          Await.until("the call with the old token", () -> calls.get() == 1);
          outcome(() -> client.call(Map.of()));
          renewed.countDown();
          expectAnswer(outcome(() -> ContractRun.get(first)), "late");
          return null;
        });
    expectOneRenewal(oauth);
  }

  @Test
  void once_forAllBranches() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();

    with(
        waybill,
        held,
        () -> {
          List<CompletableFuture<String>> answers = new ArrayList<>();
          for (int i = 0; i < BRANCHES; i++) {
            answers.add(client.callAsync(Map.of(), callback -> {}));
          }
          for (CompletableFuture<String> answer : answers) {
            String outcome = outcome(() -> ContractRun.get(answer));
            // What is made after the renewal has the new token at once.
            assertThat(outcome.contains("ben") || (!repeats() && isRejection(outcome)))
                .as(outcome)
                .isTrue();
          }
          return null;
        });
    expectOneRenewal(oauth);
  }

  /** A request that still comes with the old one, from a cookie say, gets what came of it. */
  @Test
  void once_forTheNextRequestWithTheOldToken() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();

    for (int i = 0; i < 3; i++) {
      expectAnswer(with(waybill, held, () -> outcome(() -> client.call(Map.of()))), "ben");
    }
    expectOneRenewal(oauth);
  }

  @Test
  void refused_nobodyAsksAgain() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    AtomicInteger asked = new AtomicInteger();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();
    oauth.faulty(
        () -> {
          asked.incrementAndGet();
          return 400;
        });

    for (int i = 0; i < 3; i++) {
      String outcome = with(waybill, held, () -> outcome(() -> client.call(Map.of())));
      assertThat(isRejection(outcome)).as(outcome).isTrue();
    }
    Await.until("the refusal", () -> run.telemetry.credential(Outcome.REFUSED) > 0);
    assertThat(asked).hasValue(1);
  }

  @Test
  void failed_isTriedAgainLater() throws Exception {
    for (int status : List.of(401, 500)) {
      expectBackoffAfter(status);
    }
  }

  private void expectBackoffAfter(int status) throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    AtomicInteger asked = new AtomicInteger();
    Server server = guarded(oauth);
    Waybill waybill = holding(oauth, server, same -> same);
    Client client = client(waybill, server.origin());
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();
    oauth.faulty(
        () -> {
          asked.incrementAndGet();
          return status;
        });

    long begin = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      String outcome = with(waybill, held, () -> outcome(() -> client.call(Map.of())));
      assertThat(isRejection(outcome)).as(outcome).isTrue();
    }
    Await.until("the failure", () -> asked.get() > 0);
    int most = 1 + (int) ((System.nanoTime() - begin) / LEAST_BACKOFF_NANOS);
    assertThat(asked.get()).as("in the time of backoff").isBetween(1, most);
  }

  @Test
  void failed_byAnErrorOrInNoTime() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    Server server = guarded(oauth);
    CountDownLatch never = new CountDownLatch(1);
    Tokens held = oauth.logIn("ben");
    oauth.expireAccessTokens();
    for (boolean hangs : List.of(true, false)) {
      Waybill waybill =
          holding(
              oauth,
              server,
              bearer ->
                  bearer
                      .timeout(Duration.ofMillis(50))
                      .renew(
                          tokens -> {
                            if (hangs) {
                              never.await();
                            }
                            throw new StackOverflowError("of the contract");
                          }));
      Client client = client(waybill, server.origin());
      String outcome = with(waybill, held, () -> outcome(() -> client.call(Map.of())));
      assertThat(isRejection(outcome)).as(outcome).isTrue();
    }
  }

  void expectOneRenewal(RotatingAuthorizationServer oauth) {
    Await.until("the renewal", () -> oauth.renewals() > 0);
    assertThat(oauth.renewals()).as("renewals").isOne();
    assertThat(oauth.reuses()).as("tokens that were used twice").isZero();
  }

  private void expectAnswer(String outcome, String answer) {
    if (repeats()) {
      assertThat(outcome).contains(answer);
    } else {
      assertThat(isRejection(outcome)).as(outcome).isTrue();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
