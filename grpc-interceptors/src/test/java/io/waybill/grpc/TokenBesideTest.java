package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A request's token beside credentials of the user's, gRPC's own Context, and other channels. */
class TokenBesideTest extends TokenTestBase {

  /** As libraries do it that cache what they give. */
  private static final class SameMetadata extends CallCredentials {
    final Metadata given = new Metadata();

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
      applier.apply(given);
    }
  }

  @Test
  void usersMetadata_isNotWrittenTo() throws Exception {
    SameMetadata shared = new SameMetadata();
    HopGrpc.HopBlockingStub both = stub.withCallCredentials(shared);

    assertThat(in(oauth.logIn("ben"), () -> both.unary(note("a")).getText())).isEqualTo("told a");
    assertThat(in(oauth.logIn("anna"), () -> both.unary(note("b")).getText())).isEqualTo("told b");
    assertThat(shared.given.keys()).isEmpty();
    assertThat(attempts).doesNotHaveDuplicates();
  }

  /** Nothing of the request's is attached, so nothing of it is renewed or waited for. */
  @Test
  void usersOwnAuthorization_isNotWaitedFor() throws Exception {
    SameMetadata own = new SameMetadata();
    own.given.put(Hops.key("authorization"), "Bearer " + oauth.logIn("service").access());
    Waybill expiring =
        sides.strict(
            sides
                .waybill()
                .keep(SESSION)
                .credential(
                    Credential.bearer(SESSION, Tokens::access)
                        .to(Hops.origin(server))
                        .plaintext()
                        .renew(held -> oauth.refresh(held.refresh()))
                        .sharedBy(Tokens::refresh)
                        .expires(held -> Instant.EPOCH, java.time.Duration.ZERO)));
    HopGrpc.HopBlockingStub both = hops.stub(server, expiring).withCallCredentials(own);
    Tokens session = oauth.logIn("ben");

    String answer =
        expiring
            .request()
            .call(
                () -> {
                  RequestScope.current().set(SESSION, session);
                  return both.unary(note("a")).getText();
                });
    assertThat(answer).isEqualTo("told a");
    assertThat(oauth.renewals()).isZero();
  }

  /** A second attempt on another thread has the deadline and the values of the first. */
  @Test
  void grpcContext_isThatOfBothAttempts() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    oauth.expireAccessTokens();
    io.grpc.Context.Key<String> key = io.grpc.Context.key("test");
    Reading reading = new Reading(key);
    HopGrpc.HopFutureStub futures =
        WaybillGrpc.wrap(
            HopGrpc.newFutureStub(hops.channel(server)).withInterceptors(reading), waybill);

    Note answer =
        io.grpc.Context.current()
            .withValue(key, "here")
            .call(
                () -> inSession(tokens, () -> futures.unary(note("a")).get(60, TimeUnit.SECONDS)));
    assertThat(answer.getText()).isEqualTo("told a");
    assertThat(reading.seen).containsExactly("here", "here");
  }

  private static final class Reading implements ClientInterceptor {
    final java.util.Queue<String> seen = new java.util.concurrent.ConcurrentLinkedQueue<>();
    private final io.grpc.Context.Key<String> key;

    Reading(io.grpc.Context.Key<String> key) {
      this.key = key;
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      seen.add(String.valueOf(key.get()));
      return next.newCall(method, options);
    }
  }

  @Test
  void grpcContext_cancelledWhileItIsRenewed_endsTheCall() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    HeldBack renewal = new HeldBack();
    HopGrpc.HopFutureStub futures =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(hops.channel(server)), waybill);
    inSession(
        tokens,
        () -> {
          try (CancellableContext around = io.grpc.Context.current().withCancellation()) {
            Future<Note> answer = around.call(() -> futures.unary(note("a")));
            assertThat(renewal.asked.await(60, TimeUnit.SECONDS)).isTrue();
            around.cancel(null);
            Throwable thrown = catchThrowable(() -> answer.get(60, TimeUnit.SECONDS));
            assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.CANCELLED);
          }
          return null;
        });
    renewal.may.countDown();
    Hops.await("the renewal", () -> oauth.renewals() == 1);
  }

  @Test
  void grpcContext_deadlineBoundsTheWait() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    HeldBack renewal = new HeldBack();
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    HopGrpc.HopFutureStub futures =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(hops.channel(server)), waybill);
    try (CancellableContext around =
        io.grpc.Context.current().withDeadlineAfter(300, TimeUnit.MILLISECONDS, timer)) {
      Throwable thrown =
          inSession(
              tokens,
              () -> {
                Future<Note> answer = around.call(() -> futures.unary(note("a")));
                return catchThrowable(() -> answer.get(60, TimeUnit.SECONDS));
              });
      assertThat(Status.fromThrowable(thrown).getCode())
          .isIn(Status.Code.UNAUTHENTICATED, Status.Code.DEADLINE_EXCEEDED);
    } finally {
      renewal.may.countDown();
      timer.shutdownNow();
    }
  }

  /** The stream ends when its token does: too late to be made again, but the next one has it. */
  @Test
  void streamThatWasAnswered_isRenewedForTheNextCall() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    in(
        tokens,
        () -> {
          breaksOff = true;
          Iterator<Note> notes = stub.serverStream(note("last"));
          Throwable thrown = catchThrowable(() -> notes.forEachRemaining(each -> {}));
          assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
          Hops.await("the new token", () -> !tokens.equals(RequestScope.current().get(SESSION)));
          breaksOff = false;
          return stub.unary(note("next")).getText();
        });

    assertThat(attempts).hasSize(2);
  }

  /** An interceptor below ours sends the call to somebody else. */
  @Test
  void otherChannelBelow_getsNone() throws Exception {
    Server other =
        hops.server(sides.strict(sides.waybill()), new HopService(text -> text), new Checking());
    ManagedChannel elsewhere = hops.channel(other);
    ClientInterceptor diverting =
        new ClientInterceptor() {
          @Override
          public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
              MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
            return elsewhere.newCall(method, options);
          }
        };
    HopGrpc.HopBlockingStub diverted =
        WaybillGrpc.wrap(
            HopGrpc.newBlockingStub(hops.channel(server)).withInterceptors(diverting), waybill);

    Throwable thrown =
        catchThrowable(() -> in(oauth.logIn("ben"), () -> diverted.unary(note("a")).getText()));
    assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(attempts).containsExactly("null");
  }
}
