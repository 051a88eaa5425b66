package io.waybill.sdk.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Reached;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.internal.scope.RequestState;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Explanation;
import io.waybill.sdk.policy.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Renewals that are late, hang, or are many; clocks that are wrong; and what is told of it. */
class RenewalTest extends AuthorizationTestBase {
  private static final Duration SHORT = Duration.ofMillis(20);

  /** By this machine's clock each token is an hour too old when it is born. */
  @Test
  void clockIsWrong_newTokenIsNotRenewedForItsDate() throws Exception {
    Credentials credentials =
        credentials(one -> one[0] = one[0].expires(pair -> Instant.MIN, Duration.ofSeconds(30)));
    in(
        new Pair("a0", "r0"),
        () -> {
          Authorization call = Authorization.of(credentials, Context.current());
          assertThat(due(call)).isTrue();
          for (int i = 0; i < 10; i++) {
            assertThat(call.due(API, name -> false, null, Span.getInvalid())).isNull();
          }
          assertThat(renewals).hasValue(1);
          assertThat(rejected(credentials)).as("a server knows better").isEqualTo("Bearer a2");
          return null;
        });
  }

  private static boolean due(Authorization call) throws Exception {
    return call.due(API, name -> false, null, Span.getInvalid()).get(30, TimeUnit.SECONDS);
  }

  @Test
  void written_byTheApplication_isNotRenewedForItsDate() throws Exception {
    Credentials credentials =
        credentials(one -> one[0] = one[0].expires(pair -> Instant.MIN, Duration.ZERO));
    in(
        new Pair("a0", "r0"),
        () -> {
          Authorization call = Authorization.of(credentials, Context.current());
          assertThat(call.due(API, "authorization"::equals, null, Span.getInvalid())).isNull();
          return null;
        });

    assertThat(renewals).hasValue(0);
  }

  /** The old refresh token is used up: what came too late for its callers is all there is. */
  @Test
  void late_isUsedAllTheSame() throws Exception {
    CountDownLatch may = new CountDownLatch(1);
    renewal =
        old -> {
          awaitThroughInterrupts(may);
          return new Pair("a" + next(), "r1");
        };
    Credentials credentials = credentials(one -> one[0] = one[0].timeout(SHORT));
    in(
        new Pair("a0", "r0"),
        () -> {
          assertThat(rejected(credentials)).isNull();
          pass(Duration.ofHours(1));
          assertThat(rejected(credentials)).as("it runs, so there is no other").isNull();
          may.countDown();
          Eventually.isTrue(() -> attach(credentials).equals("Bearer a1"));
          return null;
        });

    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isEqualTo("Bearer a1");
    assertThat(renewals).hasValue(1);
  }

  private static void awaitThroughInterrupts(CountDownLatch latch) {
    boolean interrupted = true;
    while (interrupted) {
      try {
        latch.await();
        interrupted = false;
      } catch (InterruptedException again) {
        // As code that swallows them.
      }
    }
  }

  private static String attach(Credentials credentials) {
    return attach(Authorization.of(credentials, Context.current())).get("authorization");
  }

  @Test
  void hanging_isInterruptedInTheEnd() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    renewal =
        old -> {
          if (next() == 1) {
            never.await();
          }
          return new Pair("a2", "r2");
        };
    Credentials credentials = credentials(one -> one[0] = one[0].timeout(SHORT));
    in(
        new Pair("a0", "r0"),
        () -> {
          assertThat(rejected(credentials)).isNull();
          Eventually.isTrue(
              () -> {
                pass(Duration.ofMinutes(1));
                return "Bearer a2".equals(rejectedQuietly(credentials));
              });
          return null;
        });

    assertThat(renewals).hasValue(2);
  }

  private static String rejectedQuietly(Credentials credentials) {
    try {
      return rejected(credentials);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /** More of them than there are threads: those that never began have used up nothing. */
  @Test
  void hanging_allThreads_othersFailInTime() throws Exception {
    CountDownLatch may = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    renewal =
        old -> {
          if (old.refresh.startsWith("hangs")) {
            begun.incrementAndGet();
            awaitThroughInterrupts(may);
          }
          return new Pair("a" + next(), "fresh" + renewals.get());
        };
    Credentials credentials = credentials(one -> one[0] = one[0].timeout(SHORT));
    for (int i = 0; begun.get() < 16; i++) {
      assertThat(in(new Pair("a0", "hangs" + i), () -> rejected(credentials))).isNull();
    }
    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isNull();
    may.countDown();

    Eventually.isTrue(() -> renewals.get() == 16);
    in(
        new Pair("a0", "r0"),
        () -> {
          Eventually.isTrue(
              () -> {
                pass(Duration.ofMinutes(2));
                return rejectedQuietly(credentials) != null;
              });
          return null;
        });
  }

  /** A caller's callback, on a thread of ours, waits for another caller. */
  @Test
  void callers_mayWaitForEachOther() throws Exception {
    CountDownLatch may = new CountDownLatch(1);
    renewal =
        old -> {
          may.await();
          return new Pair("a" + next(), "r1");
        };
    Credentials credentials = credentials(one -> one[0] = one[0].timeout(Duration.ofHours(1)));
    boolean both =
        in(
            new Pair("a0", "r0"),
            () -> {
              CompletableFuture<Boolean> first = again(credentials);
              CompletableFuture<Boolean> second = again(credentials);
              CompletableFuture<Boolean> firstWaits = first.thenApply(yes -> second.join());
              CompletableFuture<Boolean> secondWaits = second.thenApply(yes -> first.join());
              may.countDown();
              return firstWaits.get(30, TimeUnit.SECONDS) && secondWaits.get(30, TimeUnit.SECONDS);
            });

    assertThat(both).isTrue();
  }

  private static CompletableFuture<Boolean> again(Credentials credentials) {
    Authorization call = Authorization.of(credentials, Context.current());
    attach(call);
    return call.rejected(Rejection.http(401, List.of()), true, null, Span.getInvalid());
  }

  /** What is renewed is wiped under who reads it; there is always a new one. */
  @Test
  void attached_whileItIsRenewed_isNeverMissing() throws Exception {
    renewal = old -> new Pair("a" + next(), "r" + renewals.get());
    Credentials credentials = credentials(one -> one[0] = one[0].grace(Duration.ZERO));
    ExecutorService threads = Executors.newFixedThreadPool(3);
    AtomicBoolean over = new AtomicBoolean();
    try {
      in(
          new Pair("a0", "r0"),
          () -> {
            Callers callers = new Callers(credentials, Context.current());
            List<Future<Integer>> missing = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              missing.add(threads.submit(() -> callers.missingUntil(over)));
            }
            for (int i = 0; i < 300; i++) {
              assertThat(rejected(credentials)).isNotNull();
            }
            over.set(true);
            for (Future<Integer> one : missing) {
              assertThat(one.get(30, TimeUnit.SECONDS)).isZero();
            }
            return null;
          });
    } finally {
      threads.shutdown();
    }
  }

  private record Callers(Credentials credentials, Context request) {
    int missingUntil(AtomicBoolean over) {
      int missing = 0;
      while (!over.get()) {
        missing += attach(Authorization.of(credentials, request)).isEmpty() ? 1 : 0;
      }
      return missing;
    }
  }

  /** A user's token where there is one, and else the service's. */
  @Test
  void attached_ofSeveralWithOneHeader_theFirstThatIsHeld() throws Exception {
    LocalField<String> service = LocalField.secret("service");
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .keep(SESSION)
            .keep(service)
            .credential(Credential.bearer(SESSION, Pair::access).to("https://api.example"))
            .credential(
                Credential.bearer(service, (String token) -> token).to("https://api.example"))
            .build();
    waybill
        .request()
        .run(
            () -> {
              RequestScope.current().set(service, "service");
              Authorization call = waybill.authorization(Context.current());
              assertThat(attach(call)).containsEntry("authorization", "Bearer service");
              RequestScope.current().set(SESSION, new Pair("user", "r0"));
              assertThat(attach(call)).containsEntry("authorization", "Bearer user");
            });
  }

  @Test
  void explained_byOutcomeAndDestination() throws Exception {
    Waybill waybill =
        Waybill.builder(OpenTelemetry.noop())
            .explain()
            .keep(SESSION)
            .credential(
                Credential.bearer(SESSION, (Pair pair) -> pair.access)
                    .to("https://api.example")
                    .renew(old -> new Pair("a1", "r1"))
                    .sharedBy(pair -> pair.refresh))
            .build();
    RequestScope over =
        waybill
            .request()
            .call(
                () -> {
                  Authorization call = waybill.authorization(Context.current());
                  attach(call);
                  RequestScope.current().set(SESSION, new Pair("a0", "r0"));
                  attach(call);
                  call.rejected(Rejection.http(401, List.of()), true, null, Span.getInvalid())
                      .get(30, TimeUnit.SECONDS);
                  Destination other = Destination.of(URI.create("https://other.example"));
                  Map<String, String> headers = new HashMap<>();
                  call.attach(other, headers, (sent, name) -> false, Map::put);
                  call.attach(API, headers, (sent, name) -> name.equals("authorization"), Map::put);
                  assertThat(headers).isEmpty();
                  return RequestScope.current();
                });
    over.run(() -> attach(waybill.authorization(Context.current())));

    Explanation explanation = waybill.explain(over);
    assertThat(explanation.lines())
        .filteredOn(line -> line.name().equals("session"))
        .extracting(Explanation.Line::outcome)
        .containsExactly(
            Outcome.ABSENT,
            Outcome.ATTACHED,
            Outcome.RENEWED,
            Outcome.WITHHELD,
            Outcome.OVERRIDDEN,
            Outcome.AFTER_END);
    assertThat(explanation.toString()).doesNotContain("a0", "a1", "r0", "r1");
  }

  /** It is remembered for good, and nothing of the request that asked. */
  @Test
  void refused_holdsNoRequest() throws Exception {
    renewal =
        old -> {
          throw new CredentialRefusedException("of the test");
        };
    Credentials credentials = credentials(one -> {});
    in(new Pair("a0", "r0"), () -> rejected(credentials));

    Eventually.isTrue(
        () ->
            Reached.from(List.of(credentials)).stream()
                .noneMatch(held -> held instanceof RequestState || held instanceof Context));
    assertThat(in(new Pair("a0", "r0"), () -> rejected(credentials))).isNull();
  }

  /** Once nobody holds them, neither in the clear nor as the key of a map. */
  @Test
  void secrets_areNowhere() throws Exception {
    renewal = old -> new Pair("access-" + next(), "refresh-" + renewals.get());
    Credentials credentials = credentials(one -> one[0] = one[0].grace(Duration.ZERO));
    in(new Pair("access-0", "refresh-0"), () -> rejected(credentials));

    Eventually.isTrue(
        () ->
            Reached.from(List.of(credentials)).stream()
                .noneMatch(
                    held ->
                        held instanceof Pair
                            || held.toString().contains("access-")
                            || held.toString().contains("refresh-")));
  }
}
