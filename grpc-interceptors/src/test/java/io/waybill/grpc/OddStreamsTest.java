package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Handlers and clients that use a call in an odd way, and very long streams. */
class OddStreamsTest {
  private static final int MANY = 10_000;

  private final TwoSides sides = new TwoSides();

  enum Odd {
    CLOSES_TWICE(
        call -> {
          call.close(Status.NOT_FOUND, new Metadata());
          call.close(Status.OK, new Metadata());
        }),
    SENDS_AFTER_CLOSE(
        call -> {
          call.sendHeaders(new Metadata());
          call.close(Status.ABORTED, new Metadata());
          call.sendMessage(note("late"));
        }),
    SENDS_HEADERS_TWICE(
        call -> {
          call.sendHeaders(new Metadata());
          call.sendHeaders(new Metadata());
        }),
    SENDS_NO_HEADERS(call -> call.sendMessage(note("early"))),
    SENDS_NULL_HEADERS(call -> call.sendHeaders(null)),
    CLOSES_WITH_NULL_TRAILERS(call -> call.close(Status.ABORTED, null)),
    SENDS_NO_MESSAGE(
        call -> {
          call.sendHeaders(new Metadata());
          call.close(Status.OK, new Metadata());
        }),
    SENDS_NOTHING(call -> call.close(Status.OK, new Metadata())),
    FAILS_AFTER_MESSAGE(
        call -> {
          call.sendHeaders(new Metadata());
          call.sendMessage(note("one"));
          call.close(Status.DATA_LOSS, new Metadata());
        });

    private final Consumer<ServerCall<Note, Note>> answer;

    Odd(Consumer<ServerCall<Note, Note>> answer) {
      this.answer = answer;
    }
  }

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Odd.values()).map(odd -> Arguments.of(kind, odd)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void handler_isOdd(Kind kind, Odd odd) throws Exception {
    Side side =
        sides.same(
            () ->
                new LowLevelHandler() {
                  @Override
                  protected void answer(ServerCall<Note, Note> call) {
                    odd.answer.accept(call);
                  }
                },
            one -> one.start(kind).send().outcome());

    side.handler().awaitEnd();
    assertThat(side.handler().seen)
        .allMatch(seen -> seen.endsWith(" " + ANNA))
        .noneMatch(seen -> seen.endsWith(" ended"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void client_halfClosesWithoutMessage(Kind kind) throws Exception {
    sides.same(LowLevelHandler::new, one -> one.start(kind).halfClose().outcome());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void client_sendsAfterHalfClose(Kind kind) throws Exception {
    sides.same(
        LowLevelHandler.Holding::new,
        one -> {
          // Under way: gRPC itself loses a call that is misused before there is a connection.
          OneCall call = TwoSides.underWay(one, kind).finish();
          try {
            call.send();
            return "sent";
          } catch (IllegalStateException refused) {
            return "refused, " + call.cancel().code();
          }
        });
  }

  @Test
  void stream_hasVeryManyMessages() throws Exception {
    Side side =
        sides.same(
            () ->
                new LowLevelHandler() {
                  @Override
                  protected void answer(ServerCall<Note, Note> call) {
                    call.sendHeaders(new Metadata());
                    for (int i = 0; i < MANY; i++) {
                      call.sendMessage(note(Hops.user()));
                    }
                    call.close(Status.OK, new Metadata());
                  }
                },
            one -> {
              OneCall call = one.start(Kind.BIDI).sendMany(MANY);
              String outcome = call.outcome();
              assertThat(call.messages).extracting(Note::getText).containsOnly(user(one));
              assertThat(call.seen).allMatch(seen -> seen.endsWith(" " + user(one)));
              return outcome + " of " + messages(one);
            });

    side.handler().awaitEnd();
    assertThat(messages(side)).isEqualTo(MANY);
    assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + ANNA));
  }

  private static String user(Side side) {
    return side.waybill() == null ? "nobody" : ANNA;
  }

  private static long messages(Side side) {
    return side.handler().seen.stream().filter(seen -> seen.startsWith("ON_MESSAGE")).count();
  }
}
