package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ServerCall;
import io.waybill.DetachedWork;
import io.waybill.RequestScope;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls from inside of calls, work after the answer, and answers from elsewhere. */
class ReentrantCallsTest {
  private final TwoSides sides = new TwoSides();
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private volatile Side side;

  @AfterEach
  void close() throws Exception {
    // First what works for requests, then the look at what is left of them.
    worker.shutdown();
    assertThat(worker.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    sides.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void handler_callsItsOwnServer(Kind kind) throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    side =
        sides.with(
            new LowLevelHandler() {
              @Override
              protected void answer(ServerCall<Note, Note> call) {
                if (first.getAndSet(false)) {
                  callOn(kind, () -> super.answer(call));
                } else {
                  super.answer(call);
                }
              }
            });

    OneCall call = side.start(kind).send();

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.messages.peek().getText()).isEqualTo(ANNA);
    assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + ANNA));
    Hops.await("four spans", () -> sides.spans.ends() == 4);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void client_callsInsideOnMessage(Kind kind) throws Exception {
    CompletableFuture<OneCall> inner = new CompletableFuture<>();
    side = sides.with(new LowLevelHandler());

    OneCall outer =
        side.start(
            new OneCall(kind) {
              @Override
              protected void in(String callback) {
                if (callback.equals("onMessage")) {
                  inner.complete(callOn(kind, () -> {}));
                }
              }
            });

    assertThat(outer.send().outcome()).isEqualTo("OK 1");
    OneCall called = inner.get(30, TimeUnit.SECONDS);
    assertThat(called.outcome()).isEqualTo("OK 1");
    assertThat(called.messages.peek().getText()).isEqualTo(ANNA);
    assertThat(called.seen).allMatch(seen -> seen.endsWith(" " + ANNA));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void work_detachedGoesOnAfterTheAnswer(Kind kind) throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    CompletableFuture<OneCall> later = new CompletableFuture<>();
    side =
        sides.with(
            new LowLevelHandler() {
              @Override
              protected void answer(ServerCall<Note, Note> call) {
                if (first.getAndSet(false)) {
                  RequestScope of = RequestScope.current();
                  DetachedWork work = of.detach(USER);
                  Runnable job = () -> later.complete(callAfter(of, kind));
                  worker.execute(work.wrap(job));
                }
                super.answer(call);
              }
            });

    assertThat(side.start(kind).send().outcome()).isEqualTo("OK 1");

    OneCall called = later.get(60, TimeUnit.SECONDS);
    assertThat(called.outcome()).isEqualTo("OK 1");
    assertThat(called.messages.peek().getText()).isEqualTo(ANNA);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void request_isAnsweredFromAnotherThread(Kind kind) throws Exception {
    Side answered =
        sides.same(
            () ->
                new LowLevelHandler() {
                  @Override
                  protected void answer(ServerCall<Note, Note> call) {
                    RequestScope scope = RequestScope.currentOrNull();
                    Runnable answer = () -> super.answer(call);
                    worker.execute(scope == null ? answer : scope.wrap(answer));
                  }
                },
            one -> one.start(kind).send().outcome());

    answered.handler().awaitEnd();
    assertThat(answered.handler().seen).noneMatch(seen -> seen.endsWith(" ended"));
    // Work that comes too late does not take the request for alive.
    answered.handler().scope.run(() -> assertThat(RequestScope.current().isEnded()).isTrue());
  }

  private OneCall callOn(Kind kind, Runnable afterwards) {
    OneCall call =
        new OneCall(kind) {
          @Override
          protected void in(String callback) {
            if (callback.equals("onClose")) {
              afterwards.run();
            }
          }
        };
    return call.start(side.channel(), CallOptions.DEFAULT).send();
  }

  private OneCall callAfter(RequestScope scope, Kind kind) {
    Hops.await("the end of the request", scope::isEnded);
    return callOn(kind, () -> {});
  }
}
