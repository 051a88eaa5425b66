package io.waybill.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContextFutureTest {
  private static final ContextKey<String> WHO = ContextKey.named("who");
  private static final Context CALLER = Context.root().with(WHO, "caller");

  /** All that a stage offers to chain, also what a later JDK may add. */
  static Stream<Method> chainingMethods() {
    return Arrays.stream(CompletionStage.class.getMethods())
        .filter(method -> method.getParameterCount() > 0);
  }

  @ParameterizedTest
  @MethodSource("chainingMethods")
  void continuation_addedBefore_runsInTheCaller(Method method) throws Exception {
    ContextFuture<String> future = new ContextFuture<>();
    CompletableFuture<String> seen = new CompletableFuture<>();

    Object dependent = inCaller(() -> method.invoke(future, arguments(method, seen)));
    complete(future, method);

    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
    assertThat(dependent).isInstanceOf(ContextFuture.class);
  }

  @ParameterizedTest
  @MethodSource("chainingMethods")
  void continuation_addedAfter_runsInTheCaller(Method method) throws Exception {
    ContextFuture<String> future = new ContextFuture<>();
    CompletableFuture<String> seen = new CompletableFuture<>();

    complete(future, method);
    inCaller(() -> method.invoke(future, arguments(method, seen)));

    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
  }

  @ParameterizedTest
  @MethodSource("chainingMethods")
  void continuation_ofAMinimalStage_runsInTheCaller(Method method) throws Exception {
    ContextFuture<String> future = new ContextFuture<>();
    CompletionStage<String> stage = future.minimalCompletionStage().thenApply(value -> value);
    CompletableFuture<String> seen = new CompletableFuture<>();

    Object dependent = inCaller(() -> method.invoke(stage, arguments(method, seen)));
    complete(future, method);

    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
    CompletableFuture<?> complete = ((CompletionStage<?>) dependent).toCompletableFuture();
    assertThat(complete).isInstanceOf(ContextFuture.class);
  }

  /** All that nobody may do with a minimal stage, also what a later JDK may add. */
  @Test
  void minimalStage_canNotBeAskedOrCompleted() {
    CompletionStage<String> stage = ContextFuture.completedStage("value");
    CompletionStage<String> jdks = CompletableFuture.completedStage("value");
    for (Method method : CompletableFuture.class.getMethods()) {
      boolean own =
          Modifier.isStatic(method.getModifiers())
              || method.getDeclaringClass() == Object.class
              || method.getParameterCount() > 0
              || Set.of("toString", "state").contains(method.getName());
      if (!own) {
        assertThat(isRefused(method, stage)).as("%s", method).isEqualTo(isRefused(method, jdks));
      }
    }
    CompletableFuture<String> cast = (CompletableFuture<String>) stage;
    assertThatThrownBy(() -> cast.complete("")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> cast.cancel(true)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> cast.obtrudeValue(""))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> cast.orTimeout(1, TimeUnit.DAYS))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static boolean isRefused(Method method, Object stage) {
    try {
      method.invoke(stage);
      return false;
    } catch (InvocationTargetException thrown) {
      return thrown.getCause() instanceof UnsupportedOperationException;
    } catch (IllegalAccessException notPublic) {
      throw new AssertionError(notPublic);
    }
  }

  /** The JDK's would return futures whose continuations run as whoever completes them. */
  @Test
  void statics_areAllOurs() {
    for (Method method : CompletableFuture.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        assertThatCode(
                () ->
                    ContextFuture.class.getDeclaredMethod(
                        method.getName(), method.getParameterTypes()))
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void combinators_continueInTheCaller() throws Exception {
    CompletableFuture<String> one = new CompletableFuture<>();
    CompletableFuture<String> two = new CompletableFuture<>();
    Context other = Context.root().with(WHO, "other");
    CompletableFuture<String> all =
        inCaller(() -> ContextFuture.allOf(one, two).thenApply(ContextFutureTest::who));
    CompletableFuture<String> any =
        inCaller(() -> ContextFuture.anyOf(one, two).thenApply(ContextFutureTest::who));

    other.wrap(() -> one.complete("1")).call();
    assertThat(any).isCompletedWithValue("caller");
    other.wrap(() -> two.complete("2")).call();
    assertThat(all).isCompletedWithValue("caller");
  }

  @Test
  void statics_runInTheCaller() throws Exception {
    CompletableFuture<String> delayed = new CompletableFuture<>();
    inCaller(
        () -> {
          ContextFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)
              .execute(() -> delayed.complete(who("")));
          return null;
        });

    assertThat(delayed.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
    assertThat(inCaller(() -> ContextFuture.supplyAsync(() -> who(""))).get(30, TimeUnit.SECONDS))
        .isEqualTo("caller");
    assertThat(
            inCaller(() -> new ContextFuture<String>().completeAsync(() -> who("")))
                .get(30, TimeUnit.SECONDS))
        .isEqualTo("caller");
    assertThat(ContextFuture.failedFuture(new IllegalStateException())).isCompletedExceptionally();
    assertThat(ContextFuture.failedStage(new IllegalStateException()).toCompletableFuture())
        .isCompletedExceptionally();
  }

  @Test
  void continuation_ofAContinuation_runsInTheCaller() throws Exception {
    ContextFuture<String> future = new ContextFuture<>();
    Executor raw = task -> new Thread(task).start();
    CompletableFuture<String> seen =
        inCaller(
            () ->
                future
                    .thenApplyAsync(value -> value, raw)
                    .copy()
                    .thenApply(ContextFutureTest::who));

    future.complete("value");

    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
  }

  @Test
  void continuation_addedByNobody_runsWhereTheFutureWasMade() throws Exception {
    ContextFuture<String> future = inCaller(() -> new ContextFuture<>());
    CompletableFuture<String> seen = future.thenApply(ContextFutureTest::who);
    CompletableFuture<String> next = seen.thenApply(ContextFutureTest::who);

    future.complete("value");

    assertThat(seen).isCompletedWithValue("caller");
    assertThat(next).isCompletedWithValue("caller");
  }

  @Test
  void cancel_ofAnyStage_breaksOffTheCall() {
    AtomicInteger brokenOff = new AtomicInteger();
    ContextFuture<String> future = new ContextFuture<>(brokenOff::incrementAndGet);

    future.thenApply(value -> value).cancel(false);
    assertThat(brokenOff).hasValue(0);
    future.thenApply(value -> value).cancel(true);
    assertThat(brokenOff).hasValue(1);
  }

  @Test
  void of_completesAndCancelsAsTheOther() {
    CompletableFuture<String> other = new CompletableFuture<>();
    CompletableFuture<String> failing = new CompletableFuture<>();
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    CompletableFuture<String> done = ContextFuture.of(other);
    CompletableFuture<String> failed = ContextFuture.of(failing);

    ContextFuture.cancelling(cancelled).cancel(true);
    other.complete("value");
    failing.completeExceptionally(new IllegalStateException());

    assertThat(done).isCompletedWithValue("value");
    assertThat(failed).isCompletedExceptionally();
    assertThat(cancelled).isCancelled();
  }

  @Test
  void of_sharedByTwo_eachContinuesInItsOwn() throws Exception {
    CompletableFuture<String> shared = new CompletableFuture<>();
    ContextFuture<String> one = ContextFuture.of(shared);
    Context other = Context.root().with(WHO, "other");
    CompletableFuture<String> callers = inCaller(() -> one.thenApply(ContextFutureTest::who));
    CompletableFuture<String> others =
        other.wrap(() -> one.thenApply(ContextFutureTest::who)).call();

    other.wrap(() -> shared.complete("value")).call();

    assertThat(callers).isCompletedWithValue("caller");
    assertThat(others).isCompletedWithValue("other");
  }

  @Test
  void of_completedOrCancelledByAWaiter_leavesTheSharedAlone() {
    CompletableFuture<String> shared = new CompletableFuture<>();

    ContextFuture.of(shared).cancel(true);
    ContextFuture.of(shared).complete("changed");
    shared.complete("value");

    assertThat(shared).isCompletedWithValue("value");
  }

  @Test
  void supplyAsync_keepsTheContext() throws Exception {
    Executor raw = task -> new Thread(task).start();
    CompletableFuture<String> seen =
        inCaller(() -> ContextFuture.supplyAsync(() -> who("supplied"), raw));
    CompletableFuture<String> ran = new CompletableFuture<>();
    inCaller(() -> ContextFuture.runAsync(() -> ran.complete(who("run")), raw));

    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
    assertThat(ran.get(30, TimeUnit.SECONDS)).isEqualTo("caller");
  }

  @Test
  void supplyAsync_cancelledBeforeItsTurn_neverRuns() {
    Deque<Runnable> waiting = new ArrayDeque<>();
    AtomicBoolean ran = new AtomicBoolean();
    ContextFuture.supplyAsync(() -> ran.getAndSet(true), waiting::add).cancel(true);
    ContextFuture.runAsync(() -> ran.set(true), waiting::add).thenRun(() -> {}).cancel(true);

    assertThat(waiting).hasSize(2);
    waiting.forEach(Runnable::run);
    assertThat(ran).isFalse();
  }

  private static <V> V inCaller(Callable<V> task) throws Exception {
    return CALLER.wrap(task).call();
  }

  private static String who(Object ignored) {
    return String.valueOf(Context.current().get(WHO));
  }

  private static void complete(CompletableFuture<String> future, Method method) {
    if (method.getName().startsWith("exceptionally")) {
      future.completeExceptionally(new IllegalStateException());
    } else {
      future.complete("value");
    }
  }

  private static Object[] arguments(Method method, CompletableFuture<String> seen) {
    return Arrays.stream(method.getParameterTypes())
        .map(type -> argument(type, method, seen))
        .toArray();
  }

  private static Object argument(Class<?> type, Method method, CompletableFuture<String> seen) {
    if (type == Executor.class) {
      return (Executor) task -> new Thread(task).start();
    }
    if (type == CompletionStage.class) {
      // The other of "either" never comes, so that it is this one that counts.
      return method.getName().contains("Either")
          ? new CompletableFuture<String>()
          : CompletableFuture.completedFuture("other");
    }
    return Proxy.newProxyInstance(
        ContextFutureTest.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, called, arguments) -> {
          seen.complete(who(proxy.getClass()));
          return method.getName().contains("ompose")
              ? CompletableFuture.completedFuture("composed")
              : null;
        });
  }
}
