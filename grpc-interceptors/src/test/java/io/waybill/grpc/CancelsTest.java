package io.waybill.grpc;

import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call is cancelled, or its time is over, at each moment of its life. */
class CancelsTest {
  private static final int RACES = 300;

  private final TwoSides sides = new TwoSides();
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() throws Exception {
    sides.close();
    other.shutdown();
    assertThat(other.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void cancel_beforeStart(Kind kind) throws Exception {
    sides.same(
        LowLevelHandler::new,
        one -> {
          // On a channel that still looks for its server, gRPC refuses it in another way.
          assertThat(one.start(kind).send().outcome()).isEqualTo("OK 1");
          ClientCall<Note, Note> call = one.channel().newCall(kind.method, CallOptions.DEFAULT);
          call.cancel("cancelled by the test", null);
          try {
            call.start(new OneCall(kind), new Metadata());
            return "started";
          } catch (IllegalStateException refused) {
            return "refused";
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void cancel_afterStart(Kind kind) throws Exception {
    sides.same(LowLevelHandler::new, one -> one.start(kind).cancel().outcome());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void cancel_afterFirstMessage(Kind kind) throws Exception {
    Side side =
        sides.same(
            LowLevelHandler.Holding::new,
            one -> {
              String outcome = TwoSides.underWay(one, kind).cancel().outcome();
              Hops.await("the cancel", () -> one.handler().has(Callback.ON_CANCEL));
              return outcome;
            });

    assertThat(side.handler().seen)
        .contains("ON_CANCEL " + ANNA)
        .allMatch(seen -> seen.endsWith(" " + ANNA));
  }

  /** Who comes first is open; each call ends once all the same. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void cancel_racesHalfCloseAndAnswer(Kind kind) throws Exception {
    Side side = sides.with(new LowLevelHandler());
    // On a channel that still looks for its server, gRPC may lose a call that is sent to after it.
    assertThat(side.start(kind).send().outcome()).isEqualTo("OK 1");
    List<OneCall> calls = new ArrayList<>();
    for (int i = 0; i < RACES; i++) {
      OneCall call = side.start(kind);
      calls.add(call);
      other.execute(call::cancel);
      trySend(call);
    }

    Hops.await("all calls", 60, () -> calls.stream().allMatch(OneCall::isOver));
    Hops.await("all spans", 60, () -> sides.spans.ends() == sides.spans.started());
    assertThat(side.handler().seen)
        .allMatch(seen -> seen.endsWith(" " + ANNA))
        .noneMatch(seen -> seen.endsWith(" ended"));
  }

  /** A refusal: no callback of this listener does anything. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void server_refusesWithEmptyListener(Kind kind) throws Exception {
    sides.same(
        () ->
            new LowLevelHandler() {
              @Override
              public ServerCall.Listener<Note> startCall(
                  ServerCall<Note, Note> call, Metadata headers) {
                super.startCall(call, headers);
                call.close(Status.UNAUTHENTICATED, new Metadata());
                return new ServerCall.Listener<>() {};
              }
            },
        one -> one.start(kind).send().outcome());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void deadline_isOverBeforeStart(Kind kind) throws Exception {
    sides.same(LowLevelHandler::new, one -> timed(one, kind, -1).outcome());
  }

  /** The handler goes on, and answers a call that nobody waits for any more. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void deadline_isOverWhileTheHandlerWorks(Kind kind) throws Exception {
    Side side =
        sides.same(
            () ->
                new LowLevelHandler() {
                  @Override
                  protected void answer(ServerCall<Note, Note> call) {
                    Hops.await("the deadline", io.grpc.Context.current()::isCancelled);
                    super.answer(call);
                  }
                },
            one -> timed(one, kind, 500).send().outcome());

    assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + ANNA));
  }

  @Test
  void deadline_ofInnerCallIsShorter() throws Exception {
    LowLevelHandler never =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {}
        };
    Side inner = sides.with(never);
    LowLevelHandler waits =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            OneCall toInner = new OneCall(Kind.UNARY);
            toInner.start(
                inner.channel(), CallOptions.DEFAULT.withDeadlineAfter(100, TimeUnit.MILLISECONDS));
            toInner.send();
            try {
              assertThat(toInner.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            } catch (Exception failed) {
              throw new AssertionError(failed);
            }
            super.answer(call);
          }
        };
    Side outer = sides.with(waits);

    OneCall call = timed(outer, Kind.UNARY, 60_000).send();

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.messages.peek().getText()).isEqualTo(ANNA);
  }

  private static OneCall timed(Side side, Kind kind, long millis) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
    return side.start(new OneCall(kind), options);
  }

  private static void trySend(OneCall call) {
    try {
      call.send();
    } catch (IllegalStateException cancelledMeanwhile) {
      // gRPC refuses what is sent after a cancel.
    }
  }
}
