package io.waybill.grpc;

import static io.waybill.grpc.Hops.USER;
import static io.waybill.grpc.TwoSides.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.waybill.grpc.TwoSides.Side;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One call of ours is several attempts of gRPC's, by its service config. */
class AttemptsTest {
  private static final int ATTEMPTS = 3;

  private final TwoSides sides = new TwoSides();
  private final SentMetadata sent = new SentMetadata();

  @AfterEach
  void close() throws Exception {
    sides.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void firstCall_onColdChannel(Kind kind) throws Exception {
    sides.server = builder -> builder.intercept(sent);
    Side side = sides.with(new LowLevelHandler());

    assertThat(side.start(kind).send().outcome()).isEqualTo("OK 1");

    identityIsThereOnce(sent.take());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void retries_carryIdentityOnceEach(Kind kind) throws Exception {
    attempts("retryPolicy", Retries.policy(Status.Code.UNAVAILABLE, ATTEMPTS));

    sides.same(
        () -> new AnswersAtAttempt(Status.UNAVAILABLE), one -> one.start(kind).send().outcome());

    identityIsThereOnceInEachAttempt();
  }

  /** The attempts run side by side; all but the first to be answered are cancelled. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void hedges_carryIdentityOnceEach(Kind kind) throws Exception {
    attempts(
        "hedgingPolicy",
        Map.of(
            "maxAttempts",
            (double) ATTEMPTS,
            "hedgingDelay",
            "0s",
            "nonFatalStatusCodes",
            List.of("UNAVAILABLE")));

    Side side =
        sides.same(() -> new AnswersAtAttempt(null), one -> one.start(kind).send().outcome());

    identityIsThereOnceInEachAttempt();
    assertThat(side.handler().seen).allMatch(seen -> seen.endsWith(" " + ANNA));
  }

  /** gRPC tries again without being told to where the server has not seen the call. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void transparentRetry_carriesIdentityOnceEach(Kind kind) throws Exception {
    try (RefusingServer server = new RefusingServer()) {
      String origin = "grpc://127.0.0.1:" + server.port();
      Waybill calling = sides.strict(sides.waybill().destination(origin, TrustZone.OWN));
      ManagedChannel channel =
          sides.hops.open(
              WaybillGrpc.install(
                  NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext(),
                  calling));

      OneCall call =
          calling
              .request()
              .with(USER, ANNA)
              .call(() -> new OneCall(kind).start(channel, CallOptions.DEFAULT).send());

      assertThat(call.outcome()).isEqualTo("OK 0");
      assertThat(server.received).hasSize(2);
      for (Http2Headers attempt : server.received) {
        assertThat(attempt.getAll("baggage")).singleElement().asString().contains(ANNA);
        assertThat(attempt.getAll("traceparent")).hasSize(1);
      }
    }
  }

  private void attempts(String policy, Map<String, Object> settings) {
    Map<String, Object> everyMethod = Map.of("name", List.of(Map.of()), policy, settings);
    sides.server = builder -> builder.intercept(sent);
    sides.channel =
        builder ->
            builder
                .enableRetry()
                .defaultServiceConfig(Map.of("methodConfig", List.of(everyMethod)));
  }

  /** Takes what came without Waybill first, then what came with it. */
  private void identityIsThereOnceInEachAttempt() throws InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      assertThat(SentMetadata.baggage(sent.take())).isEmpty();
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      identityIsThereOnce(sent.take());
    }
  }

  private static void identityIsThereOnce(Metadata metadata) {
    assertThat(SentMetadata.baggage(metadata)).singleElement().asString().contains(ANNA);
    assertThat(SentMetadata.lines(metadata, "traceparent")).hasSize(1);
  }

  /** Waits for the last attempt: the others are refused, or stay open where nothing refuses. */
  private static final class AnswersAtAttempt extends LowLevelHandler {
    private final AtomicInteger answers = new AtomicInteger();
    private final Queue<ServerCall<Note, Note>> held = new ConcurrentLinkedQueue<>();
    private final Status refusal;

    AnswersAtAttempt(Status refusal) {
      this.refusal = refusal;
    }

    @Override
    protected void answer(ServerCall<Note, Note> call) {
      if (answers.incrementAndGet() == ATTEMPTS) {
        super.answer(call);
      } else if (refusal == null) {
        held.add(call);
      } else {
        call.close(refusal, new Metadata());
      }
    }
  }
}
