package io.waybill.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.grpc.TwoSides.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection goes away under its calls. */
class ConnectionsTest {
  private static final int STORM = 500;

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
              String outcome = call.outcome();
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
              return call.outcome();
            });

    side.handler().awaitEnd();
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

  @Test
  void calls_areCancelledInAStorm() throws Exception {
    LowLevelHandler.Holding handler = new LowLevelHandler.Holding();
    Side side = sides.with(handler);
    List<OneCall> calls = new ArrayList<>();
    for (int i = 0; i < STORM; i++) {
      calls.add(side.start(Kind.values()[i % Kind.values().length]).sendFirst().cancel());
    }

    for (OneCall call : calls) {
      assertThat(call.code()).isEqualTo(Status.Code.CANCELLED);
    }
    Hops.await("all spans", 60, () -> sides.spans.ends() == sides.spans.started());
    // The connection has survived it.
    handler.seen.clear();
    OneCall next = TwoSides.underWay(side, Kind.BIDI);
    handler.answerNow();
    assertThat(next.outcome()).isEqualTo("OK 1");
    Hops.await("all spans", 60, () -> sides.spans.ends() == sides.spans.started());
  }
}
