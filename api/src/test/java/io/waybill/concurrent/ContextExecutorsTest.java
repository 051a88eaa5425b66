package io.waybill.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way onto another thread, by its own name. */
class ContextExecutorsTest {
  private static final ContextKey<String> WHO = ContextKey.named("who");
  private static final Context CALLER = Context.root().with(WHO, "caller");

  private final ScheduledExecutorService plain = Executors.newScheduledThreadPool(2);

  @AfterEach
  void close() throws Exception {
    plain.shutdownNow();
    assertThat(plain.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** Runs each test inside a Context, as a server runs a handler. */
  @RegisterExtension
  final InvocationInterceptor inCaller =
      new InvocationInterceptor() {
        @Override
        public void interceptTestMethod(
            Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext of)
            throws Throwable {
          in(test);
        }

        @Override
        public void interceptTestTemplateMethod(
            Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext of)
            throws Throwable {
          in(test);
        }

        private void in(Invocation<Void> test) throws Throwable {
          try (Scope ignored = CALLER.makeCurrent()) {
            test.proceed();
          }
        }
      };

  private static String who() {
    return Context.current().get(WHO);
  }

  private interface Way {
    String run(ScheduledExecutorService scheduler, Callable<String> task) throws Exception;
  }

  /** A way to hand over what reports where it ran. */
  private static Way running(Handover handover) {
    return (scheduler, task) -> {
      CompletableFuture<String> seen = new CompletableFuture<>();
      handover.run(scheduler, () -> seen.complete(String.valueOf(who())));
      return seen.get(30, TimeUnit.SECONDS);
    };
  }

  private interface Handover {
    void run(ScheduledExecutorService scheduler, Runnable task) throws Exception;
  }

  static List<Way> ways() {
    TimeUnit s = TimeUnit.SECONDS;
    return List.of(
        running((on, task) -> on.execute(task)),
        running((on, task) -> on.submit(task).get()),
        running((on, task) -> assertThat(on.submit(task, "result").get()).isEqualTo("result")),
        (on, task) -> on.submit(task).get(),
        (on, task) -> on.invokeAll(List.of(task)).get(0).get(),
        (on, task) -> on.invokeAll(List.of(task), 10, s).get(0).get(),
        (on, task) -> on.invokeAny(List.of(task)),
        (on, task) -> on.invokeAny(List.of(task), 10, s),
        (on, task) -> on.schedule(task, 0, s).get(),
        running((on, task) -> on.schedule(task, 0, s).get()),
        running((on, task) -> on.scheduleAtFixedRate(task, 0, 1, s)),
        running((on, task) -> on.scheduleWithFixedDelay(task, 0, 1, s)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void scheduledExecutorService_everyWay(Way way) throws Exception {
    assertThat(way.run(ContextExecutors.wrap(plain), ContextExecutorsTest::who))
        .isEqualTo("caller");
  }

  @Test
  void scheduleAtFixedRate_everyRun() throws Exception {
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    ScheduledFuture<?> task =
        ContextExecutors.wrap(plain)
            .scheduleAtFixedRate(() -> seen.add(who()), 0, 1, TimeUnit.MILLISECONDS);

    for (int run = 0; run < 3; run++) {
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("caller");
    }
    task.cancel(false);
  }

  @Test
  void scheduler_shutsDownTheOneBelow() throws Exception {
    ScheduledExecutorService wrapped = ContextExecutors.wrap(plain);
    wrapped.shutdown();

    assertThat(plain.isShutdown()).isTrue();
    assertThat(wrapped.isShutdown()).isTrue();
    assertThat(wrapped.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(wrapped.isTerminated()).isTrue();
    assertThat(wrapped.shutdownNow()).isEmpty();
    assertThatThrownBy(() -> wrapped.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> wrapped.schedule(() -> {}, 1, TimeUnit.SECONDS))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void scheduler_answersAsTheOneBelow() throws Exception {
    ScheduledExecutorService wrapped = ContextExecutors.wrap(plain);
    wrapped.schedule(() -> {}, 1, TimeUnit.HOURS);

    assertThat(wrapped.shutdownNow()).hasSize(1);
    ScheduledExecutorService running = ContextExecutors.wrap(new StillRunning());
    assertThat(running.isTerminated()).isFalse();
    assertThat(running.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
  }

  /** Has been shut down, and has not come to its end. */
  private static final class StillRunning extends ScheduledThreadPoolExecutor {
    StillRunning() {
      super(1);
      shutdown();
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }

  @Test
  void executor() {
    CompletableFuture<String> seen = new CompletableFuture<>();
    ContextExecutors.wrap((Executor) plain).execute(() -> seen.complete(who()));

    assertThat(seen.join()).isEqualTo("caller");
  }

  @Test
  void executorService() throws Exception {
    ExecutorService wrapped = ContextExecutors.wrap((ExecutorService) plain);

    assertThat(wrapped.submit(ContextExecutorsTest::who).get()).isEqualTo("caller");
    assertThat(plain.submit(ContextExecutorsTest::who).get()).isNull();
  }

  @Test
  void completableFuture_onAWrappedExecutor() {
    assertThat(
            CompletableFuture.supplyAsync(
                    ContextExecutorsTest::who, ContextExecutors.wrap((ExecutorService) plain))
                .join())
        .isEqualTo("caller");
  }

  @Test
  void forkJoinPool_handedOverWorks_forkedInsideNeedsAWrap() throws Exception {
    ForkJoinPool forkJoin = new ForkJoinPool(2);
    Callable<List<String>> task =
        () -> {
          String forked = fork(ContextExecutorsTest::who).join();
          String wrapped = fork(Context.current().wrap(ContextExecutorsTest::who)).join();
          return List.of(who(), String.valueOf(forked), wrapped);
        };

    List<String> seen = ContextExecutors.wrap(forkJoin).submit(task).get();
    forkJoin.shutdown();

    assertThat(forkJoin.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(seen.get(0)).isEqualTo("caller");
    // The second is nobody's, or the caller's if this thread ran it itself in join.
    assertThat(seen.get(1)).isIn("null", "caller");
    assertThat(seen.get(2)).isEqualTo("caller");
  }

  private static RecursiveTask<String> fork(Callable<String> task) {
    RecursiveTask<String> forked =
        new RecursiveTask<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected String compute() {
            try {
              return task.call();
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        };
    forked.fork();
    return forked;
  }

  @Test
  void parallelStream_aWrappedFunctionWorks() {
    Function<Integer, String> who = Context.current().wrapFunction(i -> who());

    assertThat(IntStream.range(0, 1000).parallel().boxed().map(who)).containsOnly("caller");
  }

  @Test
  void timerTask_runsAndIsCancelled() throws Exception {
    Timer timer = new Timer(true);
    CompletableFuture<String> seen = new CompletableFuture<>();
    TimerTask task = ContextExecutors.timerTask(() -> seen.complete(who()));
    timer.schedule(task, 0);
    assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("caller");

    TimerTask later = ContextExecutors.timerTask(() -> {});
    timer.schedule(later, TimeUnit.HOURS.toMillis(1));
    assertThat(later.cancel()).isTrue();
    timer.cancel();
  }

  @Test
  void threadFactory_plainThread() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread thread =
        ContextExecutors.threadFactory(Executors.defaultThreadFactory())
            .newThread(() -> seen.complete(who()));
    thread.start();
    thread.join();

    assertThat(seen).isCompletedWithValue("caller");
  }

  /** Its threads would show the first request to all that follow. */
  @Test
  void threadFactory_ofAThreadPool_isRefused() {
    ThreadFactory capturing = ContextExecutors.threadFactory(Executors.defaultThreadFactory());
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), capturing);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool.execute(() -> {}))
        .withMessageContaining("ContextExecutors.wrap(pool)");
    pool.shutdown();
  }

  @Test
  void rejected_leavesNothingBehind() {
    ThreadPoolExecutor full =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1));
    CountDownLatch release = new CountDownLatch(1);
    ExecutorService wrapped = ContextExecutors.wrap(full);
    Callable<Boolean> blocking = () -> release.await(30, TimeUnit.SECONDS);
    wrapped.submit(blocking);
    wrapped.submit(blocking);

    assertThatThrownBy(() -> wrapped.submit(blocking))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(who()).isEqualTo("caller");
    release.countDown();
    full.shutdown();
  }

  @Test
  void directExecutor_leavesTheCallersContext() {
    ExecutorService direct = ContextExecutors.wrap((ExecutorService) new DirectExecutor());
    direct.execute(() -> assertThat(who()).isEqualTo("caller"));

    assertThat(who()).isEqualTo("caller");
  }

  private static final class DirectExecutor extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
