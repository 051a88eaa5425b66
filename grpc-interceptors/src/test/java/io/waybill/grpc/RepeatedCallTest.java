package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.policy.Destination;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What comes between the two attempts of a call: its caller, or gRPC's own replay. */
class RepeatedCallTest extends TokenTestBase {
  /** As a service config has it that gets a rejected call made again by gRPC. */
  private ManagedChannel replaying() {
    return hops.open(Retries.on(hops.channelBuilder(server), Status.Code.UNAUTHENTICATED, 3));
  }

  @Test
  void replayedByGrpc_clientStream_hasTheNewToken() throws Exception {
    HopGrpc.HopStub streams = WaybillGrpc.wrap(HopGrpc.newStub(replaying()), waybill);
    Tokens tokens = oauth.logIn("ben");
    oauth.expireAccessTokens();

    String answer =
        in(
            tokens,
            () -> {
              Answer answers = new Answer();
              StreamObserver<Note> requests = streams.clientStream(answers);
              requests.onNext(note("a"));
              requests.onCompleted();
              return answers.text.get(60, TimeUnit.SECONDS);
            });

    assertThat(answer).isEqualTo("told a,told ");
    assertThat(attempts).hasSize(2).startsWith("Bearer " + tokens.access());
    assertThat(oauth.renewals()).isOne();
  }

  /** Once we know that it does. */
  @Test
  void replayedByGrpc_unary_hasTheNewToken() throws Exception {
    HopGrpc.HopBlockingStub blocking =
        WaybillGrpc.wrap(HopGrpc.newBlockingStub(replaying()), waybill)
            .withDeadlineAfter(60, TimeUnit.SECONDS);
    Tokens tokens = oauth.logIn("ben");
    for (int call = 1; call <= 2; call++) {
      oauth.expireAccessTokens();
      attempts.clear();
      Tokens held = tokens;
      tokens =
          inSession(
              held,
              () -> {
                assertThat(blocking.unary(note("a")).getText()).isEqualTo("told a");
                return RequestScope.current().get(SESSION);
              });
      assertThat(oauth.renewals()).isEqualTo(call);
    }

    assertThat(attempts).hasSize(2);
    assertThat(oauth.reuses()).isZero();
  }

  private static final class Answer implements StreamObserver<Note> {
    final CompletableFuture<String> text = new CompletableFuture<>();

    @Override
    public void onNext(Note note) {
      text.complete(note.getText());
    }

    @Override
    public void onError(Throwable failure) {
      text.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }

  /** In process, where a rejection may come before the caller has sent anything. */
  @Test
  void messageAfterTheRejection_isSentOnce() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    oauth.expireAccessTokens();
    Server inProcess =
        InProcessServerBuilder.forName("renewed")
            .addService(
                ServerInterceptors.intercept(
                    new HopService(text -> "told " + text), new Checking()))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName("renewed").build();
    Destination named = Destination.of(URI.create(Hops.origin(server)));
    Listening listening = new Listening();
    try {
      in(
          tokens,
          () -> {
            ClientCall<Note, Note> call =
                ClientInterceptors.intercept(channel, WaybillGrpc.client(waybill, named))
                    .newCall(HopGrpc.getUnaryMethod(), CallOptions.DEFAULT);
            call.start(listening, new Metadata());
            Hops.await("the second attempt", () -> attempts.size() == 2);
            call.request(1);
            call.sendMessage(note("late"));
            call.request(1);
            call.halfClose();
            return listening.closed.get(60, TimeUnit.SECONDS).getCode().name();
          });
    } finally {
      channel.shutdownNow();
      inProcess.shutdownNow();
    }

    assertThat(listening.closed.get().getCode()).isEqualTo(Status.Code.OK);
    assertThat(listening.answers).containsExactly("told late");
    assertThat(oauth.renewals()).isOne();
  }

  @Test
  void cancelled_whileItIsRenewed_endsAtOnce() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    HeldBack renewal = new HeldBack();
    Listening listening = new Listening();
    in(
        tokens,
        () -> {
          ClientCall<Note, Note> call = lowLevel(CallOptions.DEFAULT);
          call.start(listening, new Metadata());
          call.request(2);
          call.sendMessage(note("a"));
          call.halfClose();
          renewal.asked.await();
          call.cancel("of the test", null);
          Status status = listening.closed.get(60, TimeUnit.SECONDS);
          assertThat(status.getCode()).isEqualTo(Status.Code.CANCELLED);
          renewal.may.countDown();
          Hops.await("the renewal", () -> oauth.renewals() == 1);
          return stub.unary(note("b")).getText();
        });

    assertThat(oauth.renewals()).isOne();
    assertThat(attempts.stream().distinct()).hasSize(2);
  }

  private ClientCall<Note, Note> lowLevel(CallOptions options) {
    return ClientInterceptors.intercept(hops.channel(server), WaybillGrpc.client(waybill))
        .newCall(HopGrpc.getUnaryMethod(), options);
  }

  private static final class Listening extends ClientCall.Listener<Note> {
    final Queue<String> answers = new ConcurrentLinkedQueue<>();
    final CompletableFuture<Status> closed = new CompletableFuture<>();

    @Override
    public void onMessage(Note answer) {
      answers.add(answer.getText());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!closed.complete(status)) {
        answers.add("closed twice");
      }
    }
  }
}
