package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection goes away under its calls. */
class ConnectionsTest {
  private static final int STORM = 500;
  private static final int SMALL_WINDOW = 65_535;

  private final TwoSides sides = new TwoSides();

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void client_disconnects(Kind kind) throws Exception {
    Side side =
        sides.same(
            LowLevelHandler.Holding::new,
            one -> {
              OneCall call = TwoSides.underWay(one, kind);
              one.channel().shutdownNow();
              String outcome = cutOff(call);
              Hops.await("the server", () -> one.handler().has(Callback.ON_CANCEL));
              return outcome;
            });

    side.handler().awaitEnd();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void server_stopsAtOnce(Kind kind) throws Exception {
    Side side =
        sides.same(
            LowLevelHandler.Holding::new,
            one -> {
              OneCall call = TwoSides.underWay(one, kind);
              one.server().shutdownNow();
              return cutOff(call);
            });

    side.handler().awaitEnd();
  }

  /**
   * Returns what came in before the end. It is a race in gRPC itself, without Waybill too, which of
   * the two it tells: that the transport has gone, or that the peer has reset the stream by then.
   */
  private static String cutOff(OneCall call) throws Exception {
    assertThat(call.code()).isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
    return "cut off after " + call.messages.size();
  }

  /** GOAWAY: what runs goes on to its end, what comes later is refused. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void server_stopsAfterItsCalls(Kind kind) throws Exception {
    sides.same(
        LowLevelHandler.Holding::new,
        one -> {
          OneCall call = TwoSides.underWay(one, kind);
          one.server().shutdown();
          call.finish();
          Hops.await("the half-close", () -> one.handler().has(Callback.ON_HALF_CLOSE));
          ((LowLevelHandler.Holding) one.handler()).answerNow();
          String outcome = call.outcome();
          one.server().awaitTermination();
          return outcome + ", then " + one.start(kind).send().outcome();
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void connection_isRefused(Kind kind) throws Exception {
    Side side =
        sides.same(
            LowLevelHandler::new,
            one -> {
              one.server().shutdownNow().awaitTermination();
              return one.start(kind).send().outcome();
            });

    assertThat(side.handler().seen).isEmpty();
  }

  /** The server stops where nobody reads, and goes on in onReady, still in its request. */
  @ParameterizedTest
  @EnumSource(names = {"SERVER_STREAM", "BIDI"})
  void client_readsSlowly(Kind kind) throws Exception {
    // The default window holds the whole answer: then nothing would ever hold the server up.
    sides.channel = builder -> builder.flowControlWindow(SMALL_WINDOW);
    Side side =
        sides.same(
            Pumping::new,
            one -> {
              OneCall call = one.start(new OneAtATime(kind)).send();
              Hops.await("a full pipe", ((Pumping) one.handler())::isHeldUp);
              call.requestOne();
              return call.outcome();
            });

    side.handler().awaitEnd();
    assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + ANNA));
    assertThat(side.handler().seen).filteredOn(("ON_READY " + ANNA)::equals).hasSizeGreaterThan(1);
  }

  @Test
  void calls_areCancelledInAStorm() throws Exception {
    AtomicBoolean answers = new AtomicBoolean();
    Side side =
        sides.with(
            new LowLevelHandler() {
              @Override
              protected void answer(ServerCall<Note, Note> call) {
                if (answers.get()) {
                  super.answer(call);
                }
              }
            });
    List<OneCall> calls = new ArrayList<>();
    for (int i = 0; i < STORM; i++) {
      calls.add(side.start(Kind.values()[i % Kind.values().length]).sendFirst().cancel());
    }

    for (OneCall call : calls) {
      assertThat(call.code()).isEqualTo(Status.Code.CANCELLED);
    }
    Hops.await("all spans", 60, () -> sides.spans.ends() == sides.spans.started());
    // The connection has survived it. The server may still be told of some that were cancelled.
    answers.set(true);
    assertThat(side.start(Kind.BIDI).send().outcome()).isEqualTo("OK 1");
    Hops.await("all spans", 60, () -> sides.spans.ends() == sides.spans.started());
  }

  private static final class OneAtATime extends OneCall {
    OneAtATime(Kind kind) {
      super(kind);
    }

    @Override
    protected int firstRequest() {
      return 0;
    }

    @Override
    protected void in(String callback) {
      if (callback.equals("onMessage")) {
        requestOne();
      }
    }
  }

  /** Answers with more than the buffers between the two sides hold. */
  private static final class Pumping extends LowLevelHandler {
    private static final String KILOBYTE = "k".repeat(1024);

    private int left = 400;
    private boolean answers;
    private volatile boolean heldUp;

    boolean isHeldUp() {
      return heldUp;
    }

    @Override
    protected void answer(ServerCall<Note, Note> call) {
      call.sendHeaders(new Metadata());
      answers = true;
      pump();
    }

    @Override
    protected void in(Callback callback) {
      if (callback == Callback.ON_READY && answers) {
        pump();
      }
    }

    private void pump() {
      while (left > 0 && call.isReady()) {
        call.sendMessage(note(KILOBYTE));
        left--;
      }
      heldUp = left > 0;
      if (left == 0) {
        answers = false;
        call.close(Status.OK, new Metadata());
      }
    }
  }
}
