package io.waybill.grpc;

import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.grpc.TwoSides.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The threads that gRPC runs callbacks on, both sides on the same. */
class ExecutorsTest {
  private final TwoSides sides = new TwoSides();
  private final List<ExecutorService> pools = new ArrayList<>();

  /** Makes the executor of a test; the test shuts it down. */
  interface Threads {
    Executor start(List<ExecutorService> pools) throws Exception;
  }

  @AfterEach
  void close() throws Exception {
    sides.close();
    for (ExecutorService pool : pools) {
      pool.shutdown();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  static Stream<Arguments> executors() {
    Map<String, Threads> executors = new LinkedHashMap<>();
    executors.put("direct", pools -> Runnable::run);
    executors.put("one thread", pools -> kept(pools, Executors.newSingleThreadExecutor()));
    executors.put("common pool", pools -> ForkJoinPool.commonPool());
    if (Runtime.version().feature() >= 21) {
      executors.put("virtual threads", pools -> kept(pools, virtualThreads()));
    }
    return executors.entrySet().stream()
        .flatMap(
            one ->
                Stream.of(Kind.values())
                    .map(kind -> Arguments.of(kind, one.getKey(), one.getValue())));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("executors")
  void identity_isCurrentInEachCallback(Kind kind, String name, Threads threads) throws Exception {
    Executor executor = threads.start(pools);
    sides.server = builder -> builder.executor(executor);
    sides.channel = builder -> builder.executor(executor);
    OneCall[] last = new OneCall[1];

    Side side =
        sides.same(
            LowLevelHandler::new,
            one -> {
              last[0] = one.start(kind).send();
              return last[0].outcome();
            });

    side.handler().awaitEnd();
    assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + ANNA));
    assertThat(last[0].seen).hasSizeGreaterThan(2).allMatch(seen -> seen.endsWith(" " + ANNA));
  }

  /** Nothing runs for it on the server, so there is no request either. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void server_rejectsCall(Kind kind) throws Exception {
    Executor full =
        task -> {
          throw new RejectedExecutionException("thrown by the test");
        };
    sides.server = builder -> builder.executor(full);

    Side side = sides.same(LowLevelHandler::new, one -> one.start(kind).send().outcome());

    assertThat(side.handler().seen).isEmpty();
  }

  private static Executor kept(List<ExecutorService> pools, ExecutorService pool) {
    pools.add(pool);
    return pool;
  }

  /** Returns what {@code Executors.newVirtualThreadPerTaskExecutor()} does, absent in Java 17. */
  static ExecutorService virtualThreads() throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Class<?> type = Class.forName("java.lang.Thread$Builder");
    ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
    return (ExecutorService)
        Executors.class
            .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
            .invoke(null, factory);
  }
}
