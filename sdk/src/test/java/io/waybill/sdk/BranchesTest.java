package io.waybill.sdk;

import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.concurrent.RequestTasks;
import io.waybill.concurrent.RequestTasks.Outcomes;
import io.waybill.sdk.Fixture.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
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
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private <V> List<V> inParallel(int branches, Callable<V> branch) throws Exception {
    List<Callable<V>> tasks = new ArrayList<>();
    for (int i = 0; i < branches; i++) {
      tasks.add(branch);
    }
    return RequestTasks.parallel(pool, tasks).values();
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
              Outcomes<String> outcomes = RequestTasks.parallel(pool, tasks);
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
              assertThat(RequestTasks.parallel(pool, tasks).values()).containsOnly(true);
              assertThat(RequestScope.current().get(USER)).isNull();
              return null;
            });
  }
}
