package io.waybill.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.concurrent.ContextTasks.State;
import io.waybill.concurrent.ContextTasks.TaskResult;
import io.waybill.concurrent.ContextTasks.TaskResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose an interrupt is, and that nobody keeps one. */
class ContextTasksInterruptTest {
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
  void sequential_interruptedTask_passesItOn() {
    InterruptedException interrupted = new InterruptedException();
    assertThatThrownBy(() -> ContextTasks.sequential(List.of(failing(interrupted))))
        .isSameAs(interrupted);
  }

  /** The caller is lent to a task, and gets itself back without the interrupt of the task. */
  @Test
  void parallel_taskOnTheCallersThread_isCancelled_andTheCallerIsNot() throws Exception {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new ThreadPoolExecutor.CallerRunsPolicy());
    CountDownLatch second = new CountDownLatch(1);
    IOException failure = new IOException();
    Callable<Boolean> failing =
        () -> {
          second.await();
          throw failure;
        };
    Callable<Boolean> onTheCaller =
        () -> {
          second.countDown();
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
          return true;
        };

    TaskResults<Boolean> outcomes = ContextTasks.parallel(one, failing, onTheCaller);
    one.shutdown();

    assertThat(Thread.interrupted()).isFalse();
    assertThat(states(outcomes)).containsExactly(State.FAILED, State.SUCCEEDED);
    assertThatThrownBy(outcomes::values).hasCause(failure);
  }

  /** As in {@code sequential}: the interrupt was the caller's, whose thread it is. */
  @Test
  void parallel_callerInterruptedInATaskOnItsThread() {
    InterruptedException interrupted = new InterruptedException();
    AtomicBoolean begun = new AtomicBoolean();

    assertThatThrownBy(
            () ->
                ContextTasks.parallel(
                    Runnable::run, failing(interrupted), () -> begun.getAndSet(true)))
        .isSameAs(interrupted);
    assertThat(begun).isFalse();
  }

  /** As by {@code shutdownNow}: nobody interrupted the caller. */
  @Test
  void parallel_taskInterrupted_onThePool_isAFailure() throws Exception {
    InterruptedException interrupted = new InterruptedException();
    TaskResults<String> outcomes = ContextTasks.parallel(pool, List.of(failing(interrupted)));

    assertThat(states(outcomes)).containsExactly(State.FAILED);
    assertThatThrownBy(outcomes::values).hasCause(interrupted);
  }

  @Test
  void sequential_callerThatWasInterrupted_getsItsOutcomes() throws Exception {
    Thread.currentThread().interrupt();
    TaskResults<Integer> outcomes = ContextTasks.sequential(() -> 1, () -> 2);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(outcomes.values()).containsExactly(1, 2);
  }

  private static void untilItWaitsOrIsGone(Thread thread) {
    while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void parallel_callerInterrupted_cancelsAndAwaitsItsTasks() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    AtomicReference<Thread> waiter = new AtomicReference<>();
    Callable<String> waiting =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            untilItWaitsOrIsGone(waiter.get());
            over.set(true);
          }
          return "never";
        };
    FutureTask<Boolean> overAtReturn =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> ContextTasks.parallel(pool, List.of(waiting)))
                  .isInstanceOf(InterruptedException.class);
              return over.get();
            });
    Thread caller = new Thread(overAtReturn);
    waiter.set(caller);
    caller.start();
    begun.await();
    caller.interrupt();

    assertThat(overAtReturn.get(30, TimeUnit.SECONDS)).isTrue();
  }

  /** An interrupt that came too late would hit whatever the pool's thread does next. */
  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void parallel_manyBranches_leaveNoInterruptBehind(int branches) throws Exception {
    List<Callable<Integer>> tasks = new ArrayList<>(Collections.nCopies(branches, () -> 1));
    tasks.set(branches / 2, failing(new IOException()));

    TaskResults<Integer> outcomes = ContextTasks.parallel(pool, tasks);

    assertThat(states(outcomes)).contains(State.FAILED).hasSize(branches);
    Callable<Boolean> interrupted = Thread::interrupted;
    assertThat(ContextTasks.parallel(pool, Collections.nCopies(50, interrupted)).values())
        .containsOnly(false);
  }
}
