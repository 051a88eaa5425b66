package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.RequestScope;
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
    Guarded guarded = new Guarded();

    assertThat(guarded.run(guarded::call)).contains("ben");
    assertThat(tokens).containsExactly(guarded.tokens.access());
    assertThat(run.telemetry.credential(Outcome.ATTACHED)).isOne();
  }

  @Test
  void attached_toNobodyElse() throws Exception {
    Guarded guarded = new Guarded((oauth, usual) -> bearer(oauth, "http://other.internal"));

    expectRejection(guarded.run(guarded::call));
    assertThat(tokens).containsExactly("");
    assertThat(guarded.oauth.renewals()).isZero();
  }

  @Test
  void attached_notAfterTheEnd() throws Exception {
    Guarded guarded = new Guarded();
    RequestScope over = guarded.run(RequestScope::current);

    expectRejection(over.call(guarded::call));
    assertThat(tokens).containsExactly("");
    assertThat(run.telemetry.credential(Outcome.WITHHELD)).isOne();
  }

  @Test
  void written_byTheApplication_isLeftAlone() throws Exception {
    Guarded guarded = new Guarded();

    Map<String, String> mine = Map.of("authorization", "Bearer mine");
    expectRejection(guarded.run(() -> outcome(() -> guarded.client.call(mine))));
    assertThat(tokens).containsExactly("mine");
    assertThat(guarded.oauth.renewals()).isZero();
  }

  @Test
  void rejected_isRenewedAndRepeated() throws Exception {
    Guarded guarded = new Guarded();
    guarded.oauth.expireAccessTokens();

    Tokens fresh =
        guarded.run(
            () -> {
              expectAnswer(guarded.call(), "ben");
              Await.until("the renewal", () -> run.telemetry.credential(Outcome.RENEWED) == 1);
              assertThat(guarded.call()).as("the next call").contains("ben");
              return RequestScope.current().get(SESSION);
            });
    expectOneRenewal(guarded.oauth);
    assertThat(fresh.refresh()).isNotEqualTo(guarded.tokens.refresh());
    assertThat(run.telemetry.credential(Outcome.RENEWED)).isOne();
  }

  @Test
  void rejected_asynchronously() throws Exception {
    Guarded guarded = new Guarded();
    guarded.oauth.expireAccessTokens();

    expectAnswer(guarded.run(() -> outcome(() -> ContractRun.get(guarded.callAsync()))), "ben");
    expectOneRenewal(guarded.oauth);
  }

  /** The first is still under way with the old token when the second has renewed it. */
  @Test
  void rejected_lateWithAnOldToken_repeatsOnly() throws Exception {
    CountDownLatch renewed = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    Server slow =
        answering(
            headers ->
                calls.incrementAndGet() == 1
                    ? CompletableFuture.supplyAsync(
                        () -> {
                          awaitQuietly(renewed);
                          throw new UnauthenticatedException();
                        },
                        run.threads)
                    : CompletableFuture.completedFuture("late"));
    Guarded guarded = new Guarded((oauth, bearer) -> bearer.to(slow.origin()));
    Client late = client(guarded.waybill, slow.origin());
    guarded.oauth.expireAccessTokens();

    guarded.run(
        () -> {
          CompletableFuture<String> first = late.callAsync(Map.of(), callback -> {});
          Await.until("the call with the old token", () -> calls.get() == 1);
          guarded.call();
          renewed.countDown();
          expectAnswer(outcome(() -> ContractRun.get(first)), "late");
          return null;
        });
    expectOneRenewal(guarded.oauth);
  }

  @Test
  void once_forAllBranches() throws Exception {
    Guarded guarded = new Guarded();
    guarded.oauth.expireAccessTokens();

    guarded.run(
        () -> {
          List<CompletableFuture<String>> answers = new ArrayList<>();
          for (int i = 0; i < BRANCHES; i++) {
            answers.add(guarded.callAsync());
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
    expectOneRenewal(guarded.oauth);
  }

  /** A request that still comes with the old one, from a cookie say, gets what came of it. */
  @Test
  void once_forTheNextRequestWithTheOldToken() throws Exception {
    Guarded guarded = new Guarded();
    guarded.oauth.expireAccessTokens();

    for (int i = 0; i < 3; i++) {
      expectAnswer(guarded.run(guarded::call), "ben");
    }
    expectOneRenewal(guarded.oauth);
  }

  @Test
  void refused_nobodyAsksAgain() throws Exception {
    Guarded guarded = new Guarded();
    AtomicInteger asked = answeringEach(guarded, 400);

    for (int i = 0; i < 3; i++) {
      expectRejection(guarded.run(guarded::call));
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
    Guarded guarded = new Guarded();
    AtomicInteger asked = answeringEach(guarded, status);

    long begin = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      expectRejection(guarded.run(guarded::call));
    }
    Await.until("the failure", () -> asked.get() > 0);
    int most = 1 + (int) ((System.nanoTime() - begin) / LEAST_BACKOFF_NANOS);
    assertThat(asked.get()).as("in the time of backoff").isBetween(1, most);
  }

  @Test
  void failed_byAnErrorOrInNoTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (boolean hangs : List.of(true, false)) {
      Guarded guarded =
          new Guarded(
              (oauth, bearer) ->
                  bearer
                      .timeout(Duration.ofMillis(50))
                      .renew(
                          tokens -> {
                            if (hangs) {
                              never.await();
                            }
                            throw new StackOverflowError("of the contract");
                          }));
      guarded.oauth.expireAccessTokens();
      expectRejection(guarded.run(guarded::call));
    }
  }

  /** Has each renewal of an expired token answered with {@code status}; returns how many came. */
  private static AtomicInteger answeringEach(Guarded guarded, int status) {
    AtomicInteger asked = new AtomicInteger();
    guarded.oauth.expireAccessTokens();
    guarded.oauth.faulty(
        () -> {
          asked.incrementAndGet();
          return status;
        });
    return asked;
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
      expectRejection(outcome);
    }
  }

  static void expectRejection(String outcome) {
    assertThat(isRejection(outcome)).as(outcome).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
