package io.waybill.grpc;

import static io.waybill.grpc.Hops.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.Status;
import io.waybill.RequestScope;
import io.waybill.concurrent.ContextExecutors;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.grpc.test.Note;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.policy.Destination;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that was rejected for its token is made once more with a new one. */
class RenewedCallTest extends TokenTestBase {
  @Test
  void unary() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    assertThat(in(tokens, () -> stub.unary(note("a")).getText())).isEqualTo("told a");
    oauth.expireAccessTokens();

    assertThat(in(tokens, () -> stub.unary(note("b")).getText())).isEqualTo("told b");
    assertThat(oauth.renewals()).isOne();
  }

  @Test
  void serverStream_onAColdChannel() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    oauth.expireAccessTokens();

    String all =
        in(
            tokens,
            () -> {
              Iterator<Note> notes = stub.serverStream(note("c"));
              return notes.next().getText() + ", " + notes.next().getText();
            });

    assertThat(all).isEqualTo("told c, told c");
    assertThat(oauth.renewals()).isOne();
  }

  @Test
  void refused_isTheRejection() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    oauth.expireAccessTokens();
    oauth.faulty(() -> 400);

    Throwable thrown = catchThrowable(() -> in(tokens, () -> stub.unary(note("d")).getText()));
    assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  /** How branches wait. */
  enum Branches {
    THREADS(100),
    VIRTUAL_THREADS(10_000),
    FUTURES(10_000);

    final int many;

    Branches(int many) {
      this.many = many;
    }
  }

  @ParameterizedTest
  @EnumSource(Branches.class)
  void branches_allRejectedAtOnce_oneRenewal(Branches branches) throws Exception {
    // JDK 17 has no virtual threads; the newer JDK of the same build runs this.
    assumeTrue(branches != Branches.VIRTUAL_THREADS || Runtime.version().feature() >= 21);
    ExecutorService threads =
        branches == Branches.VIRTUAL_THREADS
            ? ExecutorsTest.virtualThreads()
            : Executors.newFixedThreadPool(100);
    HopGrpc.HopFutureStub futures =
        WaybillGrpc.wrap(HopGrpc.newFutureStub(hops.channel(server)), waybill);
    try {
      Tokens tokens = oauth.logIn("ben");
      oauth.expireAccessTokens();
      oauth.faulty(
          () -> {
            Hops.await("all rejections", 120, () -> attempts.size() == branches.many);
            return 0;
          });
      in(
          tokens,
          () -> {
            List<Future<Note>> answers = new ArrayList<>();
            for (int i = 0; i < branches.many; i++) {
              answers.add(
                  branches == Branches.FUTURES
                      ? futures.unary(note("x"))
                      : ContextExecutors.wrap(threads).submit(() -> patient().unary(note("x"))));
            }
            for (Future<Note> answer : answers) {
              assertThat(answer.get(120, TimeUnit.SECONDS).getText()).isEqualTo("told x");
            }
            return "";
          });

      assertThat(oauth.renewals()).isOne();
      assertThat(oauth.reuses()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private HopGrpc.HopBlockingStub patient() {
    return stub.withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  /** The operator has said grpcs, and is wrong. */
  @Test
  void readableChannel_getsNone() throws Exception {
    String origin = Hops.origin(server).replace("grpc://", "grpcs://");
    Waybill secure =
        sides.strict(
            sides
                .waybill()
                .keep(SESSION)
                .credential(Credential.bearer(SESSION, Tokens::access).to(origin)));
    HopGrpc.HopBlockingStub said =
        HopGrpc.newBlockingStub(hops.channel(server))
            .withInterceptors(WaybillGrpc.client(secure, Destination.of(URI.create(origin))));
    Tokens tokens = oauth.logIn("ben");

    Throwable thrown =
        catchThrowable(
            () ->
                secure
                    .request()
                    .call(
                        () -> {
                          RequestScope.current().set(SESSION, tokens);
                          return said.unary(note("e"));
                        }));
    assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(attempts).containsExactly("null");
  }

  @Test
  void deadline_endsTheWaitOfItsCallOnly() throws Exception {
    Tokens tokens = oauth.logIn("ben");
    HeldBack renewal = new HeldBack();
    in(
        tokens,
        () -> {
          HopGrpc.HopBlockingStub hurried = stub.withDeadlineAfter(300, TimeUnit.MILLISECONDS);
          Throwable thrown = catchThrowable(() -> hurried.unary(note("a")));
          assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
          renewal.may.countDown();
          assertThat(stub.unary(note("b")).getText()).isEqualTo("told b");
          return "";
        });

    assertThat(oauth.renewals()).isOne();
  }
}
