package io.waybill.grpc;

import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerCall;
import io.waybill.grpc.LowLevelHandler.Callback;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** User code throws in a callback, on the server or on the client. */
class HandlerThrowsTest {
  private final TwoSides sides = new TwoSides();

  enum Thrown {
    EXCEPTION(new IllegalStateException("thrown by the test")),
    ERROR(new NoClassDefFoundError("thrown by the test")),
    CHECKED(new IOException("thrown by the test"));

    private final Throwable throwable;

    Thrown(Throwable throwable) {
      this.throwable = throwable;
    }

    void doThrow() {
      sneakily(throwable);
    }

    /** Throws what the compiler would not let pass, as Kotlin and Scala do. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneakily(Throwable throwable) throws X {
      throw (X) throwable;
    }
  }

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  static Stream<Arguments> onServer() {
    List<Arguments> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Callback callback : Callback.values()) {
        for (Thrown thrown : Thrown.values()) {
          cases.add(Arguments.of(kind, callback, thrown));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("onServer")
  void server_callbackThrows(Kind kind, Callback where, Thrown thrown) throws Exception {
    Side side =
        sides.same(
            () -> throwing(where, thrown),
            one -> {
              if (where == Callback.ON_CANCEL) {
                return TwoSides.underWay(one, kind).cancel().outcome();
              }
              return one.start(kind).send().outcome();
            });

    side.handler().awaitEnd();
    assertThat(side.handler().seen)
        .allMatch(seen -> seen.contains(ANNA))
        .noneMatch(seen -> thrown == Thrown.EXCEPTION && seen.endsWith(" ended"));
  }

  static Stream<Arguments> onClient() {
    List<Arguments> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (String callback : List.of("onHeaders", "onMessage", "onClose")) {
        for (Thrown thrown : Thrown.values()) {
          cases.add(Arguments.of(kind, callback, thrown));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("onClient")
  void client_callbackThrows(Kind kind, String where, Thrown thrown) throws Exception {
    sides.same(
        LowLevelHandler::new,
        one -> {
          OneCall call =
              new OneCall(kind) {
                @Override
                protected void in(String callback) {
                  if (callback.equals(where)) {
                    thrown.doThrow();
                  }
                }
              };
          return one.start(call).send().outcome();
        });
  }

  /** After an Error gRPC forgets the callbacks that it has queued: onCancel never comes. */
  @Test
  void server_callbackThrowsErrorWhileCancelIsQueued() throws Exception {
    CountDownLatch inMessage = new CountDownLatch(1);
    CountDownLatch later = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void in(Callback callback) {
            if (callback == Callback.START_CALL && calls.incrementAndGet() == 2) {
              later.countDown();
            } else if (callback == Callback.ON_MESSAGE && inMessage.getCount() == 1) {
              inMessage.countDown();
              awaitUnchecked(later);
              Thrown.ERROR.doThrow();
            }
          }
        };
    Side side = sides.with(handler);
    OneCall first = side.start(Kind.BIDI).sendFirst();
    assertThat(inMessage.await(60, TimeUnit.SECONDS)).isTrue();

    first.cancel();
    // Once it is there, so is what was sent before it on the same connection: the cancel.
    OneCall second = side.start(Kind.BIDI);

    Hops.await("the end of the first request", () -> sides.spans.ends() >= 2);
    second.send();
    assertThat(second.outcome()).isEqualTo("OK 1");
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private static LowLevelHandler throwing(Callback where, Thrown thrown) {
    return new LowLevelHandler() {
      @Override
      protected void in(Callback callback) {
        if (callback == where) {
          thrown.doThrow();
        }
      }

      @Override
      protected void answer(ServerCall<Note, Note> call) {
        if (where != Callback.ON_CANCEL) {
          super.answer(call);
        }
      }
    };
  }
}
