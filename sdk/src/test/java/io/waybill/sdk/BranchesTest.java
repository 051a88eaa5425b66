package io.waybill.sdk;

import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextFuture;
import io.waybill.concurrent.ContextTasks;
import io.waybill.concurrent.ContextTasks.TaskResults;
import io.waybill.sdk.Fixture.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many branches of one request at once. */
class BranchesTest {
  private static final LocalField<Integer> COUNT = LocalField.named("count");
  private static final LocalField<String> TOKEN = LocalField.secret("token");

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).keep(COUNT).keep(TOKEN).build();
  private final ExecutorService pool = Executors.newFixedThreadPool(8);

  @AfterEach
  void close() throws Exception {
    pool.shutdown();
    assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private <V> List<V> inParallel(int branches, Callable<V> branch) throws Exception {
    List<Callable<V>> tasks = new ArrayList<>();
    for (int i = 0; i < branches; i++) {
      tasks.add(branch);
    }
    return ContextTasks.parallel(pool, tasks).values();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void update_losesNone(int branches) throws Exception {
    int count =
        waybill
            .request()
            .call(
                () -> {
                  inParallel(branches, BranchesTest::increment);
                  return RequestScope.current().require(COUNT);
                });

    assertThat(count).isEqualTo(branches);
  }

  private static Integer increment() {
    return RequestScope.current().update(COUNT, n -> n == null ? 1 : n + 1);
  }

  /** A refreshed token: set by one, and whoever looks after that sees it. */
  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void set_isSeenByEveryBranchAtOnce(int branches) throws Exception {
    waybill
        .request()
        .<Void, Exception>call(
            () -> {
              RequestScope.current().set(TOKEN, "old");
              RequestScope scope = RequestScope.current();
              Callable<String> read = () -> RequestScope.current().get(TOKEN);
              assertThat(inParallel(branches, read)).containsOnly("old");
              scope.with(PLAN, Plan.GOLD).set(TOKEN, "refreshed");
              assertThat(inParallel(branches, read)).containsOnly("refreshed");
              return null;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void identify_oneWins_andAllSeeThatOne(int branches) throws Exception {
    waybill
        .request()
        .with(USER, "u-1")
        .<Void, Exception>call(
            () -> {
              List<Callable<String>> tasks = new ArrayList<>();
              for (int i = 0; i < branches; i++) {
                String claim = "t-" + i % 2;
                tasks.add(() -> identify(claim));
              }
              TaskResults<String> outcomes = ContextTasks.parallel(pool, tasks);
              assertThat(outcomes.values()).containsOnly(RequestScope.current().require(TENANT));
              return null;
            });
  }

  private static String identify(String claim) {
    try {
      RequestScope.current().identify(TENANT, claim);
    } catch (IllegalStateException anotherWon) {
      assertThat(anotherWon).hasMessageContaining("already identified");
    }
    return RequestScope.current().get(TENANT);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void with_eachBranchItsOwn(int branches) throws Exception {
    waybill
        .request()
        .<Void, Exception>call(
            () -> {
              List<Callable<Boolean>> tasks = new ArrayList<>();
              for (int i = 0; i < branches; i++) {
                String user = "u-" + i;
                tasks.add(
                    () ->
                        RequestScope.current()
                            .with(USER, user)
                            .<Boolean, RuntimeException>call(
                                () -> user.equals(RequestScope.current().get(USER))));
              }
              assertThat(ContextTasks.parallel(pool, tasks).values()).containsOnly(true);
              assertThat(RequestScope.current().get(USER)).isNull();
              return null;
            });
  }

  @Test
  void threads_allInsideAtOnce() throws Exception {
    allInsideAtOnce(100, Executors.newCachedThreadPool());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualThreads_allInsideAtOnce(int branches) throws Exception {
    allInsideAtOnce(branches, Pools.perTask(Pools.virtualThreads()));
  }

  /** Nobody leaves before the last has come. */
  private void allInsideAtOnce(int branches, ExecutorService threads) throws Exception {
    CountDownLatch inside = new CountDownLatch(branches);
    waybill
        .request()
        .with(USER, "u-1")
        .<Void, Exception>call(
            () -> {
              Callable<String> branch =
                  () -> {
                    increment();
                    inside.countDown();
                    inside.await();
                    return RequestScope.current().get(USER) + " of " + count();
                  };
              List<Callable<String>> tasks = Collections.nCopies(branches, branch);
              assertThat(ContextTasks.parallel(threads, tasks).values())
                  .hasSize(branches)
                  .containsOnly("u-1 of " + branches);
              return null;
            });
    Pools.close(threads);
  }

  private static Integer count() {
    return RequestScope.current().get(COUNT);
  }

  /** Branches need no thread while they wait: all of them for one future, each in its own view. */
  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void stages_allWaitingAtOnce(int branches) {
    CompletableFuture<String> shared = new CompletableFuture<>();
    List<CompletableFuture<String>> seen = new ArrayList<>();
    CompletableFuture<Void> answer =
        waybill
            .request()
            .callAsync(
                () -> {
                  RequestScope scope = RequestScope.current();
                  for (int i = 0; i < branches; i++) {
                    scope.with(USER, "u-" + i).run(() -> seen.add(whoIsHereAfter(shared)));
                  }
                  return CompletableFuture.allOf(seen.toArray(new CompletableFuture<?>[0]));
                });
    assertThat(seen).hasSize(branches).noneMatch(CompletableFuture::isDone);

    waybill.request().with(USER, "another").run(() -> shared.complete("value"));

    assertThat(answer).isCompleted();
    for (int i = 0; i < branches; i++) {
      assertThat(seen.get(i)).isCompletedWithValue("u-" + i);
    }
  }

  private static CompletableFuture<String> whoIsHereAfter(CompletableFuture<String> shared) {
    return ContextFuture.of(shared)
        .thenApply(value -> increment())
        .thenApply(count -> RequestScope.current().get(USER));
  }
}
