package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * 10,000 requests of as many users, 1,000 of them open at once, on a few threads. Some throw at
 * once, some later, some are cancelled, some run out of time, all others are answered from another
 * thread. ManyUsersTest of gRPC does it with a server.
 */
class ManyRequestsTest {
  private static final int REQUESTS = 10_000;
  private static final int AT_ONCE = 1000;

  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      fixture.service(fixture.telemetry()).leakDetection(LeakDetection.STRICT).build();
  private final ExecutorService handlers = Executors.newFixedThreadPool(4);
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger mixUps = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    for (ExecutorService threads : List.of(handlers, workers)) {
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void identity_isNeverThatOfAnother() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    for (int wave = 0; wave < REQUESTS; wave += AT_ONCE) {
      List<Request> open = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        open.add(new Request(wave + i));
      }
      inParallel(handlers, open, Request::begin);
      assertThat(open).filteredOn(request -> !request.isEnded()).hasSize(AT_ONCE * 9 / 10);
      inParallel(workers, open, Request::finish);
      assertThat(open).allMatch(Request::isEnded);
      open.forEach(request -> answered.addAndGet(request.wasAnswered() ? 1 : 0));
    }

    assertThat(mixUps).hasValue(0);
    assertThat(looks).hasValue(31_000);
    assertThat(answered).hasValue(REQUESTS * 6 / 10);
    waybill.requireNoLeaks();
    Callable<Context> left = Context::current;
    assertThat(handlers.submit(left).get()).isSameAs(Context.root());
    assertThat(workers.submit(left).get()).isSameAs(Context.root());
  }

  private static void inParallel(
      ExecutorService threads, List<Request> requests, Consumer<Request> step) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    requests.forEach(request -> all.add(threads.submit(() -> step.accept(request))));
    for (Future<?> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
  }

  /** Of ten, one ends at once, three more end badly, and six are answered. */
  private final class Request {
    private final String user;
    private final int kind;
    private final CompletableFuture<String> work = new CompletableFuture<>();
    private CompletableFuture<String> answer = CompletableFuture.completedFuture("none");
    private RequestScope scope;

    Request(int number) {
      this.user = "u-" + number;
      this.kind = number % 10;
    }

    void begin() {
      try {
        answer = waybill.request().with(USER, user).callAsync(this::handle);
      } catch (IllegalStateException expected) {
        look(null);
      }
    }

    private CompletableFuture<String> handle() {
      scope = RequestScope.current();
      scope.identify(TENANT, "tenant of " + user);
      scope.set(NOTE, user);
      look(user);
      if (kind == 0) {
        throw new IllegalStateException();
      }
      return ContextFuture.of(work)
          .thenApply(this::lookAndPass)
          .thenApplyAsync(this::lookAndPass, handlers)
          .whenComplete((value, failure) -> look(user));
    }

    /** In another request, whose thread it is that goes on with this one. */
    void finish() {
      waybill.request().with(USER, "somebody").run(this::end);
      answer.handle((value, failure) -> value).join();
    }

    private void end() {
      switch (kind) {
        case 1 -> work.completeExceptionally(new IllegalArgumentException());
        case 2 -> answer.cancel(true);
        case 3 -> work.orTimeout(1, TimeUnit.MILLISECONDS);
        default -> work.complete(user);
      }
    }

    private String lookAndPass(String value) {
      look(user);
      return value;
    }

    private void look(String expected) {
      looks.incrementAndGet();
      RequestScope here = RequestScope.currentOrNull();
      boolean mine =
          expected == null
              ? here == null
              : here != null
                  && expected.equals(here.get(USER))
                  && ("tenant of " + expected).equals(here.get(TENANT))
                  && expected.equals(here.get(NOTE));
      if (!mine) {
        mixUps.incrementAndGet();
      }
    }

    boolean isEnded() {
      return scope.isEnded();
    }

    boolean wasAnswered() {
      return !answer.isCompletedExceptionally() && user.equals(answer.join());
    }
  }
}
