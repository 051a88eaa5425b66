package io.waybill.grpc;

import static io.waybill.BaggageField.REQUEST_ID;
import static io.waybill.grpc.Hops.key;
import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.waybill.RequestScope;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.policy.TrustZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client learns the id of its request. */
class ResponseIdTest {
  private static final Metadata.Key<String> NAME = key("x-request-id");

  private final TwoSides sides = new TwoSides();

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void id_isInHeaders(Kind kind) throws Exception {
    OneCall call = callWithId(sides.with(new LowLevelHandler()), kind, "r-1");

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.headers.getAll(NAME)).containsExactly("r-1");
    assertThat(call.trailers.containsKey(NAME)).isFalse();
  }

  /** Trailers may be a constant, which another call sends at the same time. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void id_isInTrailersWhereThereAreNoHeaders(Kind kind) throws Exception {
    Metadata shared = new Metadata();
    shared.put(key("reason"), "busy");
    LowLevelHandler refuses =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            call.close(Status.RESOURCE_EXHAUSTED, shared);
          }
        };
    Side side = sides.with(refuses);

    for (String id : new String[] {"r-1", "r-2"}) {
      OneCall call = callWithId(side, kind, id);
      assertThat(call.outcome()).isEqualTo("RESOURCE_EXHAUSTED 0");
      assertThat(call.trailers.getAll(NAME)).containsExactly(id);
      assertThat(call.trailers.get(key("reason"))).isEqualTo("busy");
    }
    assertThat(shared.keys()).containsExactly("reason");
  }

  @Test
  void id_isAddedToACopyOfHeaders() throws Exception {
    Metadata shared = new Metadata();
    shared.put(key("x-own"), "o");
    OneCall call = callWithId(sides.with(answering(shared)), Kind.UNARY, "r-1");

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.headers.get(NAME)).isEqualTo("r-1");
    assertThat(call.headers.get(key("x-own"))).isEqualTo("o");
    assertThat(shared.keys()).containsExactly("x-own");
  }

  @Test
  void id_ofHandlerIsKept() throws Exception {
    Metadata own = new Metadata();
    own.put(NAME, "of-handler");

    OneCall call = callWithId(sides.with(answering(own)), Kind.UNARY, "r-1");

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.headers.getAll(NAME)).containsExactly("of-handler");
  }

  @Test
  void id_ofUntrustedPeerIsNotTheOneThatIsSentBack() throws Exception {
    sides.setUp = builder -> builder.peers(peer -> TrustZone.PUBLIC);
    LowLevelHandler handler =
        new LowLevelHandler() {
          @Override
          protected void answer(ServerCall<Note, Note> call) {
            call.sendHeaders(new Metadata());
            call.sendMessage(note(RequestScope.current().require(REQUEST_ID)));
            call.close(Status.OK, new Metadata());
          }
        };

    OneCall call = callWithId(sides.with(handler), Kind.UNARY, "forged");

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.headers.get(NAME))
        .isEqualTo(call.messages.peek().getText())
        .matches("[0-9a-f]{32}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a,b", "a;b", "ü", "a\r\nb", "a\"b", "a\\b"})
  void id_thatNoHeaderHoldsIsLeftOut(String id) throws Exception {
    OneCall call = callWithId(sides.with(new LowLevelHandler()), Kind.UNARY, id);

    assertThat(call.outcome()).isEqualTo("OK 1");
    assertThat(call.headers.containsKey(NAME)).isFalse();
  }

  private static LowLevelHandler answering(@Nullable Metadata headers) {
    return new LowLevelHandler() {
      @Override
      protected void answer(ServerCall<Note, Note> call) {
        call.sendHeaders(headers);
        call.sendMessage(note(""));
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private static OneCall callWithId(Side side, Kind kind, String id) {
    return side.waybill()
        .request()
        .with(REQUEST_ID, id)
        .call(() -> new OneCall(kind).start(side.channel(), CallOptions.DEFAULT).send());
  }
}
