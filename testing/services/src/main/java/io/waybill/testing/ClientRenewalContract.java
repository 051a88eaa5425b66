package io.waybill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Whose a renewal is, what it changes, and what is seen of it: nobody's, only its own, and that.
 */
abstract class ClientRenewalContract extends ClientCredentialContract {

  /** A renewal that begins when it is let, of a token that no server takes any more. */
  private final class Held {
    final CompletableFuture<Boolean> begun = new CompletableFuture<>();
    final CountDownLatch may = new CountDownLatch(1);
    final Queue<String> told = new ConcurrentLinkedQueue<>();
    final Guarded guarded;

    Held() throws Exception {
      guarded =
          new Guarded(
              (oauth, bearer) ->
                  bearer
                      .renew(
                          tokens -> {
                            begun.complete(true);
                            may.await();
                            return refreshed(oauth, tokens);
                          })
                      .renewed((old, fresh) -> told.add(where(old, fresh))));
      guarded.oauth.expireAccessTokens();
    }

    private String where(Tokens old, Tokens fresh) {
      RequestScope scope = RequestScope.currentOrNull();
      boolean both = old.equals(guarded.tokens) && !fresh.equals(guarded.tokens);
      return (scope == null ? "no request" : "open " + !scope.isEnded()) + ", both " + both;
    }
  }

  @Test
  void whose_callerThatAskedIsCancelled_othersGetIt() throws Exception {
    Held held = new Held();
    held.guarded.run(
        () -> {
          CompletableFuture<String> asker = held.guarded.callAsync();
          ContractRun.get(held.begun);
          CompletableFuture<String> other = held.guarded.callAsync();
          asker.cancel(true);
          held.may.countDown();
          String outcome = outcome(() -> ContractRun.get(other));
          assertThat(outcome.contains("ben") || !repeats()).as(outcome).isTrue();
          Await.until("the fresh token", () -> !holds(held.guarded.tokens));
          assertThat(held.guarded.call()).contains("ben");
          return null;
        });
    expectOneRenewal(held.guarded.oauth);
  }

  private static boolean holds(Tokens tokens) {
    return tokens.equals(RequestScope.current().get(SESSION));
  }

  /** The session was renewed all the same, and somebody stores it: in no request. */
  @Test
  void whose_requestThatAskedHasEnded_isToldInNone() throws Exception {
    Held held = new Held();
    CompletableFuture<String> left =
        held.guarded.run(
            () -> {
              CompletableFuture<String> asker = held.guarded.callAsync();
              ContractRun.get(held.begun);
              return asker;
            });
    held.may.countDown();

    String outcome = outcome(() -> ContractRun.get(left));
    expectRejection(outcome);
    Await.until("the hook", () -> !held.told.isEmpty());
    assertThat(held.told).containsExactly("no request, both true");
    expectOneRenewal(held.guarded.oauth);
  }

  @Test
  void whose_oneOfTwoRequestsEnds_theOtherGoesOn() throws Exception {
    Held held = new Held();
    AtomicBoolean right = new AtomicBoolean();
    held.guarded.run(
        () -> {
          var unused = held.guarded.callAsync();
          ContractRun.get(held.begun);
          return null;
        });
    held.guarded.run(
        () -> {
          CompletableFuture<String> other = held.guarded.callAsync();
          held.may.countDown();
          String outcome = outcome(() -> ContractRun.get(other));
          right.set(repeats() ? outcome.contains("ben") : isRejection(outcome));
          return null;
        });

    assertThat(right).isTrue();
    expectOneRenewal(held.guarded.oauth);
  }

  @Test
  void hook_runsOnceInTheRequest() throws Exception {
    Held held = new Held();
    held.may.countDown();
    held.guarded.run(
        () -> {
          held.guarded.call();
          Await.until("the hook", () -> !held.told.isEmpty());
          return held.guarded.call();
        });

    assertThat(held.told).containsExactly("open true, both true");
  }

  @Test
  void update_logInMeanwhile_stays() throws Exception {
    Held held = new Held();
    Tokens anna = held.guarded.oauth.logIn("anna");
    String outcome =
        held.guarded.run(
            () -> {
              CompletableFuture<String> asker = held.guarded.callAsync();
              ContractRun.get(held.begun);
              RequestScope.current().set(SESSION, anna);
              held.may.countDown();
              String answer = outcome(() -> ContractRun.get(asker));
              Await.until("the hook", () -> !held.told.isEmpty());
              assertThat(RequestScope.current().get(SESSION)).isEqualTo(anna);
              return answer;
            });

    assertThat(repeats() ? outcome.contains("anna") : isRejection(outcome)).as(outcome).isTrue();
  }

  @Test
  void repeated_onceAndNoMore() throws Exception {
    RotatingAuthorizationServer oauth = authorizing();
    AtomicInteger calls = new AtomicInteger();
    Server never =
        answering(
            headers -> {
              calls.incrementAndGet();
              return CompletableFuture.failedFuture(new UnauthenticatedException());
            });
    Waybill waybill = holding(bearer(oauth, never.origin()));
    Client client = client(waybill, never.origin());

    String outcome = with(waybill, oauth.logIn("ben"), () -> outcome(() -> client.call(Map.of())));
    expectRejection(outcome);
    assertThat(calls).hasValue(repeats() ? 2 : 1);
  }

  /** Of the calls, and one of the renewal in a trace of its own. */
  @Test
  void seen_onSpansAndMetrics_withoutAValue() throws Exception {
    Held held = new Held();
    held.may.countDown();
    held.guarded.run(
        () -> {
          held.guarded.call();
          Await.until("the hook", () -> !held.told.isEmpty());
          return null;
        });

    List<SpanData> spans = run.telemetry.spans();
    assertThat(spans)
        .filteredOn(span -> span.getKind() == SpanKind.INTERNAL)
        .singleElement()
        .satisfies(span -> assertThat(span.getName()).isEqualTo("renew session"))
        // Where nobody has started a span there is none to link to.
        .satisfies(span -> assertThat(span.getLinks()).hasSizeBetween(startsSpans() ? 1 : 0, 1));
    assertThat(spans.toString())
        .doesNotContain(
            held.guarded.tokens.access(), held.guarded.tokens.refresh(), "access-", "refresh-");
    assertThat(run.telemetry.credential(Outcome.RENEWED)).isOne();
    assertThat(run.telemetry.credential(Outcome.NOT_REPEATABLE)).isEqualTo(repeats() ? 0 : 1);
  }
}
