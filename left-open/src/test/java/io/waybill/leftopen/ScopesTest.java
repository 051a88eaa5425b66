package io.waybill.leftopen;

import static io.waybill.leftopen.Left.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.concurrent.ContextFuture;
import io.waybill.concurrent.ContextTasks;
import io.waybill.contextpropagation.OpenTelemetryContextAccessor;
import io.waybill.leftopen.Left.Way;
import io.waybill.sdk.Waybill;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to run something in a scope, around code that leaves a Context open. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.waybill.leftopen.Threads#available")
class ScopesTest {
  private final Waybill waybill = Left.waybill();
  private final ExecutorService one;

  ScopesTest(Threads threads) {
    one = threads.pool(1);
  }

  @AfterEach
  void close() throws Exception {
    one.shutdown();
    assertThat(one.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  interface Entry {
    /** Runs {@code task} in {@code scope} on the one thread of {@code one}, and awaits it. */
    void run(RequestScope scope, ExecutorService one, Runnable task) throws Exception;
  }

  private static Arguments entry(String name, Entry entry) {
    return Arguments.of(name, entry);
  }

  static Stream<Arguments> entries() {
    return Stream.of(
        entry("run", (scope, one, task) -> one.submit(() -> scope.run(task)).get()),
        entry("call", (scope, one, task) -> one.submit(() -> scope.call(() -> done(task))).get()),
        entry("wrap(Runnable)", (scope, one, task) -> one.submit(scope.wrap(task)).get()),
        entry(
            "wrap(Callable)", (scope, one, task) -> one.submit(scope.wrap(() -> done(task))).get()),
        entry("detach.run", (scope, one, task) -> one.submit(() -> scope.detach().run(task)).get()),
        entry(
            "detach.call",
            (scope, one, task) -> one.submit(() -> scope.detach().call(() -> done(task))).get()),
        entry(
            "detach.callAsync",
            (scope, one, task) ->
                one.submit(
                        () ->
                            scope
                                .detach()
                                .callAsync(() -> CompletableFuture.completedFuture(done(task))))
                    .get()),
        entry("executor", (scope, one, task) -> execute(scope, one, task)),
        entry(
            "service.submit",
            (scope, one, task) -> scope.call(() -> ContextExecutors.wrap(one).submit(task)).get()),
        entry(
            "service.submit(Callable)",
            (scope, one, task) ->
                scope.call(() -> ContextExecutors.wrap(one).submit(() -> done(task))).get()),
        entry(
            "service.invokeAll",
            (scope, one, task) ->
                scope.call(() -> ContextExecutors.wrap(one).invokeAll(List.of(() -> done(task))))),
        entry(
            "service.invokeAny",
            (scope, one, task) ->
                scope.call(() -> ContextExecutors.wrap(one).invokeAny(List.of(() -> done(task))))),
        entry(
            "tasks.parallel",
            (scope, one, task) -> scope.call(() -> ContextTasks.parallel(one, () -> done(task)))),
        entry(
            "tasks.sequential",
            (scope, one, task) ->
                one.submit(() -> scope.call(() -> ContextTasks.sequential(() -> done(task))))
                    .get()),
        entry(
            "future.supplyAsync",
            (scope, one, task) ->
                scope.call(() -> ContextFuture.supplyAsync(() -> done(task), one)).get()),
        entry(
            "a snapshot of Micrometer",
            (scope, one, task) -> {
              Context inside = scope.call(Context::current);
              one.submit(() -> inSnapshot(inside, task)).get();
            }),
        entry(
            "future.thenRun",
            (scope, one, task) -> {
              ContextFuture<String> future = new ContextFuture<>();
              Future<?> after = scope.call(() -> future.thenRun(task));
              one.submit(() -> future.complete("")).get();
              after.get();
            }));
  }

  private static void inSnapshot(Context context, Runnable task) {
    OpenTelemetryContextAccessor accessor = new OpenTelemetryContextAccessor();
    accessor.setValue(context);
    try {
      task.run();
    } finally {
      accessor.restore();
    }
  }

  private static String done(Runnable task) {
    task.run();
    return "done";
  }

  private static void execute(RequestScope scope, ExecutorService one, Runnable task)
      throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    scope.run(
        () ->
            ContextExecutors.wrap((java.util.concurrent.Executor) one)
                .execute(
                    () -> {
                      try {
                        task.run();
                      } finally {
                        over.countDown();
                      }
                    }));
    over.await();
  }

  static Stream<Arguments> entriesAndWays() {
    return entries()
        .flatMap(
            entry ->
                Stream.of(Way.values())
                    .map(way -> Arguments.of(entry.get()[0], entry.get()[1], way)));
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("entriesAndWays")
  void thread_holdsWhatItHeld(String name, Entry entry, Way way) {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              RequestScope scope = RequestScope.current();
              way.expect(() -> entry.run(scope, one, () -> way.leave(waybill)));
            });

    assertThat(Left.contextOf(one)).isSameAs(Context.root());
    way.requireFound(waybill);
  }

  /** What is left inside of a request does not outlast the callback that left it. */
  @Test
  void run_nested_seesItsOwnRequestAfterwards() {
    waybill
        .request()
        .with(USER, "u-1")
        .run(
            () -> {
              Context before = Context.current();
              RequestScope child = RequestScope.current().with(USER, "u-2");
              child.run(() -> Way.REQUEST.leave(waybill));
              child.run(() -> Left.open(Context.root()));

              assertThat(Context.current()).isSameAs(before);
              assertThat(RequestScope.current().get(USER)).isEqualTo("u-1");
            });
    assertThat(Context.current()).isSameAs(Context.root());
  }

  /** Nothing was left open, so nothing is counted, in whatever Context it ran. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("entries")
  void thread_nothingLeft_countsNothing(String name, Entry entry) throws Exception {
    waybill
        .request()
        .with(USER, "u-1")
        .call(
            () -> {
              entry.run(RequestScope.current(), one, () -> {});
              return null;
            });

    assertThat(Left.leaks(waybill)).isZero();
  }

  @Test
  void timer_nextTaskIsInNoRequest() throws Exception {
    Timer timer = new Timer(true);
    CompletableFuture<Context> next = new CompletableFuture<>();
    waybill
        .request()
        .run(() -> timer.schedule(ContextExecutors.timerTask(() -> Way.REQUEST.leave(waybill)), 0));
    timer.schedule(
        new java.util.TimerTask() {
          @Override
          public void run() {
            next.complete(Context.current());
          }
        },
        0);

    assertThat(next.get(30, TimeUnit.SECONDS)).isSameAs(Context.root());
    timer.cancel();
  }
}
