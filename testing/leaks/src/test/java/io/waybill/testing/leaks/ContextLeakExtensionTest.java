package io.waybill.testing.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class ContextLeakExtensionTest {
  private static final Context SOME = Context.root().with(ContextKey.named("some"), "value");

  /**
   * Not run by itself; leaks on purpose. The tests below run its methods and look at the outcome.
   */
  @SuppressWarnings("MustBeClosedChecker") // leaks are the subject
  static class Leaking {
    /** These leaks do not go away, so there is nothing to wait for. */
    @RegisterExtension
    final ContextLeakExtension impatient = new ContextLeakExtension(Duration.ofMillis(1));

    @Test
    void leftOpenOnAnotherThread() throws Exception {
      ExecutorService worker = Executors.newSingleThreadExecutor();
      worker.submit(SOME::makeCurrent).get();
      worker.shutdown();
    }

    @Test
    void closedOutOfOrder() throws Exception {
      Thread worker =
          new Thread(
              () -> {
                Scope outer = SOME.makeCurrent();
                Scope inner = SOME.with(ContextKey.named("other"), "value").makeCurrent();
                outer.close();
                inner.close();
              },
              "careless");
      worker.start();
      worker.join();
    }
  }

  /** Not run by itself either. */
  @ExtendWith(ContextLeakExtension.class)
  static class Clean {
    @Test
    void clean() {
      SOME.wrap(Thread::yield).run();
    }

    @Test
    void closedWhileTheExtensionWaits() {
      CountDownLatch opened = new CountDownLatch(1);
      Thread late =
          new Thread(
              () -> {
                try (Scope ignored = SOME.makeCurrent()) {
                  opened.countDown();
                  Thread.yield();
                }
              });
      late.start();
      awaitQuietly(opened);
    }

    /** Some thread of a server or a client: it ends with the test below, not with this one. */
    @RepeatedTest(1000)
    void beingOpenedAndClosed() {
      SOME.wrap(Thread::yield).run();
    }

    private static void awaitQuietly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  @Test
  void afterEach_cleanTest() {
    run(Clean.class, "clean").assertStatistics(stats -> stats.succeeded(1));
  }

  @Test
  void afterEach_scopeOpenOnAnotherThread() {
    assertThat(failureOf("leftOpenOnAnotherThread"))
        .hasMessageContaining("1 scopes open")
        .hasMessageContaining("pool-");
  }

  @Test
  void afterEach_outOfOrderClose() {
    assertThat(failureOf("closedOutOfOrder"))
        .hasMessageContaining("off the root Context: [careless]");
  }

  @Test
  void afterEach_scopeClosedSoon() {
    run(Clean.class, "closedWhileTheExtensionWaits").assertStatistics(stats -> stats.succeeded(1));
  }

  @Test
  void afterEach_scopesThatComeAndGo() throws Exception {
    AtomicBoolean busy = new AtomicBoolean(true);
    Thread worker =
        new Thread(
            () -> {
              while (busy.get()) {
                SOME.wrap(() -> {}).run();
              }
            });
    worker.start();
    Events events = run(Clean.class, "beingOpenedAndClosed");
    busy.set(false);
    worker.join();
    events.assertStatistics(stats -> stats.succeeded(1000));
  }

  private static Throwable failureOf(String method) {
    return run(Leaking.class, method).failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  private static Events run(Class<?> subject, String method) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(subject, method))
        .execute()
        .testEvents();
  }
}
