package io.waybill.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.grpc.test.HopGrpc;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.credential.CredentialRefusedException;
import io.waybill.testing.RotatingAuthorizationServer;
import io.waybill.testing.RotatingAuthorizationServer.InvalidGrantException;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server that wants a token, and a client whose requests hold one. */
abstract class TokenTestBase {
  static final LocalField<Tokens> SESSION = LocalField.secret("session");

  final TwoSides sides = new TwoSides();
  final Hops hops = sides.hops;
  final Queue<String> attempts = new ConcurrentLinkedQueue<>();

  /** Whether the server rejects what it has begun to answer. */
  volatile boolean breaksOff;

  RotatingAuthorizationServer oauth;
  Server server;
  Waybill waybill;
  HopGrpc.HopBlockingStub stub;

  @BeforeEach
  void start() throws Exception {
    oauth = RotatingAuthorizationServer.start();
    server =
        hops.server(
            sides.strict(sides.waybill()), new HopService(text -> "told " + text), new Checking());
    waybill =
        sides.strict(
            sides
                .waybill()
                .keep(SESSION)
                .credential(
                    Credential.bearer(SESSION, Tokens::access)
                        .to(Hops.origin(server))
                        .plaintext()
                        .timeout(Duration.ofMinutes(2))
                        .renew(this::refreshed)
                        .sharedBy(Tokens::refresh)));
    stub = hops.stub(server, waybill);
  }

  @AfterEach
  void close() throws Exception {
    oauth.close();
    sides.close();
  }

  private Tokens refreshed(Tokens held) throws Exception {
    try {
      return oauth.refresh(held.refresh());
    } catch (InvalidGrantException refused) {
      throw new CredentialRefusedException("invalid_grant", refused);
    }
  }

  /** A token that no server takes any more, and renewals that wait until they may. */
  final class HeldBack {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch may = new CountDownLatch(1);

    HeldBack() {
      oauth.expireAccessTokens();
      oauth.faulty(
          () -> {
            asked.countDown();
            may.await();
            return 0;
          });
    }
  }

  class Checking implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      attempts.add(String.valueOf(headers.get(Hops.key("authorization"))));
      String header = headers.get(Hops.key("authorization"));
      if (header != null && oauth.userOrNull(header.substring("Bearer ".length())) != null) {
        return next.startCall(breaksOff ? new BreakingOff<>(call) : call, headers);
      }
      call.close(Status.UNAUTHENTICATED, new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  private static final class BreakingOff<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {
    private boolean over;

    BreakingOff(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    @Override
    public void sendMessage(RespT message) {
      if (!over) {
        over = true;
        super.sendMessage(message);
        super.close(Status.UNAUTHENTICATED, new Metadata());
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {}
  }

  String in(Tokens tokens, Callable<String> work) throws Exception {
    return inSession(tokens, work);
  }

  <V> V inSession(Tokens tokens, Callable<V> work) throws Exception {
    return waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(SESSION, tokens);
              return work.call();
            });
  }
}
