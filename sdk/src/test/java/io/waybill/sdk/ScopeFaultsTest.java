package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.TOKEN;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.concurrent.ContextFuture;
import io.waybill.sdk.policy.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What must not hurt: ends at the wrong time and place, refusing executors, re-entry. */
class ScopeFaultsTest {
  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).leakDetection(LeakDetection.STRICT).build();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() throws Exception {
    other.shutdown();
    assertThat(other.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    waybill.requireNoLeaks();
  }

  private <V> V onTheOther(Callable<V> task) throws Exception {
    return other.submit(task).get(30, TimeUnit.SECONDS);
  }

  // A scope ended on another thread, twice, out of order. Never: LeakDetectorTest.

  @Test
  void end_onAnotherThread() throws Exception {
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-1");

    assertThat(onTheOther(request::end)).isTrue();

    assertThat(request.isEnded()).isTrue();
    assertThat(fixture.finishedSpans()).hasSize(1);
  }

  @Test
  void end_twice_countsOnce() throws Exception {
    IncomingCall request = Fixture.receive(waybill);

    assertThat(request.end()).isTrue();
    assertThat(onTheOther(request::end)).isFalse();
    assertThat(request.end()).isFalse();
    assertThat(fixture.finishedSpans()).hasSize(1);
  }

  @Test
  void end_outOfOrder() {
    IncomingCall outer = Fixture.receive(waybill, "baggage: user.id=outer");
    try (Scope inOuter = outer.context().makeCurrent()) {
      IncomingCall inner = Fixture.receive(waybill, "baggage: user.id=inner");
      outer.end();
      try (Scope inInner = inner.context().makeCurrent()) {
        assertThat(RequestScope.current().get(USER)).isEqualTo("inner");
        assertThat(RequestScope.current().isEnded()).isFalse();
      }
      assertThat(RequestScope.current().get(USER)).isEqualTo("outer");
      assertThat(RequestScope.current().isEnded()).isTrue();
      inner.end();
    }
  }

  @Test
  void end_whileABranchIsInside() throws Exception {
    IncomingCall request = Fixture.receive(waybill, "baggage: user.id=u-1");
    CompletableFuture<Void> inside = new CompletableFuture<>();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Callable<String> branch =
        request
            .scope()
            .wrap(
                () -> {
                  inside.complete(null);
                  ended.join();
                  assertThat(RequestScope.current().isEnded()).isTrue();
                  return RequestScope.current().get(USER);
                });
    var seen = other.submit(branch);
    inside.join();
    request.end();
    ended.complete(null);

    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("u-1");
  }

  @Test
  void run_thatThrows_leavesTheCallersScope() {
    waybill
        .request()
        .with(USER, "outer")
        .run(
            () -> {
              RequestScope outer = RequestScope.current();
              assertThatThrownBy(
                      () ->
                          outer
                              .with(USER, "child")
                              .run(
                                  () -> {
                                    throw new StackOverflowError();
                                  }))
                  .isInstanceOf(StackOverflowError.class);
              assertThat(RequestScope.current()).isSameAs(outer);
            });
  }

  /**
   * By chance, which many fields help, since the end goes through them; {@code stress/run races}
   * leaves less to it.
   */
  @Test
  void end_racingSet_isBeforeOrAfter() throws Exception {
    int rounds = 2000;
    WaybillBuilder manyFields = fixture.service(fixture.telemetry());
    for (int i = 0; i < 1000; i++) {
      manyFields.keep(LocalField.secret("secret " + i));
    }
    Waybill waybill = manyFields.build();
    List<IncomingCall> requests =
        Stream.generate(() -> Fixture.receive(waybill)).limit(rounds).toList();
    char[][] tokens = new char[rounds][];
    Arrays.setAll(tokens, round -> new char[] {'x'});
    AtomicInteger arrivals = new AtomicInteger();
    Callable<List<Boolean>> setting =
        () -> {
          List<Boolean> wasSet = new ArrayList<>();
          for (int round = 0; round < rounds; round++) {
            meet(arrivals, round);
            wasSet.add(wasSet(requests.get(round).scope(), tokens[round]));
          }
          return wasSet;
        };
    var wasSet = other.submit(setting);
    for (int round = 0; round < rounds; round++) {
      meet(arrivals, round);
      requests.get(round).end();
    }

    assertThat(wasSet.get(30, TimeUnit.SECONDS))
        .isEqualTo(Stream.of(tokens).map(token -> token[0] == '\0').toList());
  }

  /** Spins, since two threads that were woken are never at one place at once. */
  private static void meet(AtomicInteger arrivals, int round) {
    arrivals.incrementAndGet();
    for (int spins = 0; arrivals.get() < 2 * (round + 1); spins++) {
      if (spins % 1000 == 999) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static boolean wasSet(RequestScope scope, char[] token) {
    try {
      scope.set(TOKEN, token);
      return true;
    } catch (IllegalStateException ended) {
      return false;
    }
  }

  // Executors.

  @Test
  void executor_thatRejects_theRequestGoesOn() {
    ExecutorService closed = ContextExecutors.wrap(Executors.newSingleThreadExecutor());
    closed.shutdown();
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              assertThatThrownBy(() -> closed.execute(() -> {}))
                  .isInstanceOf(RejectedExecutionException.class);
              assertThatThrownBy(() -> closed.execute(scope.detach(USER).wrap(() -> {})))
                  .isInstanceOf(RejectedExecutionException.class);
              assertThatThrownBy(() -> ContextFuture.supplyAsync(() -> "never", closed))
                  .isInstanceOf(RejectedExecutionException.class);
              assertThatThrownBy(
                      () ->
                          waybill
                              .request()
                              .callAsync(() -> ContextFuture.supplyAsync(() -> "never", closed)))
                  .isInstanceOf(RejectedExecutionException.class);
              assertThat(RequestScope.current()).isSameAs(scope);
            });
  }

  @Test
  void executor_thatRunsHere_leavesTheCallersScope() {
    waybill
        .request()
        .with(USER, "outer")
        .run(
            () -> {
              RequestScope outer = RequestScope.current();
              Runnable seesChild =
                  () -> assertThat(RequestScope.current().get(USER)).isEqualTo("child");
              Runnable child = outer.with(USER, "child").wrap(seesChild);
              child.run();
              outer.detach(USER).wrap(child).run();
              assertThat(RequestScope.current()).isSameAs(outer);
            });
  }

  // Re-entry.

  @Test
  void reentry_aServerThatCallsItself() {
    IncomingCall outer = Fixture.receive(waybill, "baggage: user.id=outer");
    try (Scope inOuter = outer.context().makeCurrent()) {
      IncomingCall inner = Fixture.receive(waybill, "baggage: user.id=inner");
      try (Scope inInner = inner.context().makeCurrent()) {
        RequestScope.current().set(NOTE, "inner's");
        assertThat(RequestScope.current().get(USER)).isEqualTo("inner");
      }
      inner.end();
      assertThat(RequestScope.current().get(NOTE)).isNull();
      assertThat(RequestScope.current().isEnded()).isFalse();
    }
    outer.end();
  }

  @Test
  void reentry_aCallInsideACall() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              OutgoingCall first = waybill.send(Context.current(), OWN);
              try (Scope inFirst = first.context().makeCurrent()) {
                OutgoingCall second = waybill.send(Context.current(), OWN);
                assertThat(RequestScope.fromContextOrNull(second.context())).isNotNull();
                second.end();
              }
              first.end();
              assertThat(RequestScope.current().get(USER)).isEqualTo("u-1");
            });
  }

  @Test
  void fireAndForget_afterTheAnswer() throws Exception {
    Callable<String> job =
        waybill
            .request()
            .with(USER, "u-1")
            .call(
                () ->
                    RequestScope.current()
                        .detach(USER)
                        .wrap(
                            () -> {
                              assertThat(RequestScope.current().isEnded()).isFalse();
                              return RequestScope.current().get(USER);
                            }));

    assertThat(onTheOther(job)).isEqualTo("u-1");
  }

  // Asynchronous completion.

  @Test
  void answer_fromAnotherThread_afterTheHandlerReturned() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<Callable<Boolean>> work = new CompletableFuture<>();
    CompletableFuture<String> answer =
        waybill
            .request()
            .callAsync(
                () -> {
                  RequestScope scope = RequestScope.current();
                  work.complete(
                      scope.wrap(
                          () -> {
                            assertThat(RequestScope.current().isEnded()).isFalse();
                            RequestScope.current().set(NOTE, "late, and in time");
                            return stage.complete("answer");
                          }));
                  return stage;
                });

    assertThat(onTheOther(work.join())).isTrue();
    assertThat(answer).isCompletedWithValue("answer");
  }

  @Test
  void workAfterCompletion_doesNotSeeTheRequestAsAlive() throws Exception {
    Callable<Boolean> late =
        waybill
            .request()
            .with(USER, "u-1")
            .call(
                () -> {
                  RequestScope.current().set(TOKEN, "s3cret".toCharArray());
                  return RequestScope.current().wrap(this::looksEnded);
                });

    assertThat(onTheOther(late)).isTrue();
    assertThat(fixture.dropped(Outcome.AFTER_END)).isEqualTo(1);
  }

  private boolean looksEnded() {
    RequestScope scope = RequestScope.current();
    assertThat(scope.get(USER)).isEqualTo("u-1");
    assertThatIllegalStateException().isThrownBy(() -> scope.get(TOKEN));
    assertThatIllegalStateException().isThrownBy(() -> scope.set(NOTE, "late"));
    waybill.send(Context.current(), OWN).end();
    return scope.isEnded();
  }
}
