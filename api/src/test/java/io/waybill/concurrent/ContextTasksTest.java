package io.waybill.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.waybill.concurrent.ContextTasks.State;
import io.waybill.concurrent.ContextTasks.TaskResult;
import io.waybill.concurrent.ContextTasks.TaskResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContextTasksTest {
  private static final ContextKey<String> WHO = ContextKey.named("who");

  private final ExecutorService pool = Executors.newFixedThreadPool(4);

  @AfterEach
  void close() throws Exception {
    pool.shutdown();
    assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static <V> Callable<V> failing(Throwable failure) {
    return () -> {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    };
  }

  private static <V> List<State> states(TaskResults<V> outcomes) {
    return outcomes.all().stream().map(TaskResult::state).toList();
  }

  @Test
  void sequential_runsHereInOrder() throws Exception {
    List<String> ran = new ArrayList<>();
    Thread here = Thread.currentThread();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      tasks.add(
          () -> {
            assertThat(Thread.currentThread()).isSameAs(here);
            ran.add("task " + number);
            return number;
          });
    }

    assertThat(ContextTasks.sequential(tasks).values()).containsExactly(0, 1, 2);
    assertThat(ran).containsExactly("task 0", "task 1", "task 2");
  }

  @Test
  void sequential_stopsAtTheFirstFailure() throws Exception {
    IOException failure = new IOException();
    TaskResults<String> outcomes =
        ContextTasks.sequential(
            List.<Callable<String>>of(() -> "one", failing(failure), () -> "never"));

    assertThat(states(outcomes)).containsExactly(State.SUCCEEDED, State.FAILED, State.CANCELLED);
    assertThatThrownBy(outcomes::values).isInstanceOf(ExecutionException.class).hasCause(failure);
  }

  @Test
  void parallel_allInTheCallersContext() throws Exception {
    Callable<String> who = () -> Context.current().get(WHO);
    List<Callable<String>> tasks = Collections.nCopies(100, who);

    List<String> seen =
        Context.root()
            .with(WHO, "caller")
            .wrap(() -> ContextTasks.parallel(pool, tasks).values())
            .call();

    assertThat(seen).hasSize(100).containsOnly("caller");
  }

  @Test
  void parallel_outcomesKeepTheOrder_andNullIsAValue() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    List<Callable<String>> tasks =
        List.of(
            () -> {
              second.await();
              return "first";
            },
            () -> {
              second.countDown();
              return null;
            });

    assertThat(ContextTasks.parallel(pool, tasks).values()).containsExactly("first", null);
    assertThat(ContextTasks.parallel(pool, List.<Callable<String>>of()).values()).isEmpty();
  }

  @Test
  void parallel_firstFailureIsTheCause_othersAreSuppressed_theRestIsInterrupted() throws Exception {
    IOException first = new IOException("first");
    IllegalStateException second = new IllegalStateException("second");
    CountDownLatch waiting = new CountDownLatch(2);
    AtomicBoolean over = new AtomicBoolean();
    List<Callable<String>> tasks =
        List.of(
            () -> {
              waiting.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                over.set(true);
              }
              return "never";
            },
            () -> {
              waiting.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException cancelled) {
                throw second;
              }
              return "never";
            },
            () -> {
              waiting.await();
              throw first;
            });

    TaskResults<String> outcomes = ContextTasks.parallel(pool, tasks);

    assertThat(states(outcomes)).containsExactly(State.CANCELLED, State.FAILED, State.FAILED);
    assertThat(over).isTrue();
    ExecutionException failed = catchThrowableOfType(ExecutionException.class, outcomes::values);
    assertThat(failed).hasCause(first).hasSuppressedException(second);
  }

  @Test
  void parallel_onOneThread_theRestNeverBegins() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    AtomicBoolean begun = new AtomicBoolean();
    TaskResults<Boolean> outcomes =
        ContextTasks.parallel(
            one,
            List.<Callable<Boolean>>of(failing(new AssertionError()), () -> begun.getAndSet(true)));
    one.shutdown();

    assertThat(states(outcomes)).containsExactly(State.FAILED, State.CANCELLED);
    assertThat(one.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(begun).isFalse();
  }

  @Test
  void parallel_onThisThread() throws Exception {
    TaskResults<String> outcomes =
        ContextTasks.parallel(
            Runnable::run,
            List.<Callable<String>>of(() -> "one", failing(new IOException()), () -> "never"));

    assertThat(states(outcomes)).containsExactly(State.SUCCEEDED, State.FAILED, State.CANCELLED);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void parallel_rejected_isAFailure() throws Exception {
    ExecutorService closed = Executors.newSingleThreadExecutor();
    closed.shutdown();
    TaskResults<String> outcomes =
        ContextTasks.parallel(closed, List.<Callable<String>>of(() -> "never", () -> "never"));

    assertThat(states(outcomes)).containsExactly(State.FAILED, State.CANCELLED);
    assertThatThrownBy(outcomes::values).hasCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void parallel_refusedByAnyThrowable_isAFailure_andTheRestIsAwaited() throws Exception {
    Error noThread = new OutOfMemoryError("no thread");
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger handedOver = new AtomicInteger();
    Executor onlyOne =
        task -> {
          if (handedOver.incrementAndGet() > 1) {
            awaitUninterruptibly(begun);
            throw noThread;
          }
          pool.execute(task);
        };
    Callable<String> first =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            over.set(true);
          }
          return "never";
        };

    TaskResults<String> outcomes = ContextTasks.parallel(onlyOne, first, () -> "never");

    assertThat(over).isTrue();
    assertThat(states(outcomes)).containsExactly(State.CANCELLED, State.FAILED);
    assertThatThrownBy(outcomes::values).hasCause(noThread);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void tasks_noneIsNull() {
    List<Callable<Integer>> tasks = Arrays.asList(() -> 1, null);
    assertThatNullPointerException()
        .isThrownBy(() -> ContextTasks.parallel(pool, tasks))
        .withMessage("task");
  }

  @Test
  void toString_holdsNoValue() {
    assertThat(new TaskResult<>(State.SUCCEEDED, "value", null))
        .hasToString("TaskResult[SUCCEEDED]");
  }
}
