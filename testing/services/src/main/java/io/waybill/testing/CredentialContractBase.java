package io.waybill.testing;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.credential.CredentialRefusedException;
import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.RotatingAuthorizationServer.InvalidGrantException;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** A server that wants a token, and who gives them out. */
abstract class CredentialContractBase extends ClientContractBase {
  static final LocalField<Tokens> SESSION = LocalField.secret("session");

  /** The tokens that calls came with, in that order; empty for none. */
  final Queue<String> tokens = new ConcurrentLinkedQueue<>();

  RotatingAuthorizationServer authorizing() throws Exception {
    return run.opened(RotatingAuthorizationServer.start());
  }

  /**
   * Returns whether a call is made once more. What has more than one message never is, and gets its
   * rejection.
   */
  protected boolean repeats() {
    return true;
  }

  /** Starts a server that answers with the user whose token came. */
  Server guarded(RotatingAuthorizationServer oauth, String... challenges) throws Exception {
    return answering(headers -> user(oauth, headers, challenges));
  }

  private CompletionStage<String> user(
      RotatingAuthorizationServer oauth, Map<String, List<String>> headers, String... challenges) {
    String header = String.join("|", headers.getOrDefault("authorization", List.of()));
    String token = header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : header;
    tokens.add(token);
    String user = oauth.userOrNull(token);
    return user == null
        ? failedFuture(new UnauthenticatedException(challenges))
        : completedFuture(user);
  }

  Credential<Tokens> bearer(RotatingAuthorizationServer oauth, String... origins) {
    return Credential.bearer(SESSION, Tokens::access)
        .to(origins)
        .plaintext()
        .renew(held -> refreshed(oauth, held))
        .sharedBy(Tokens::refresh);
  }

  static Tokens refreshed(RotatingAuthorizationServer oauth, Tokens held) throws Exception {
    try {
      return oauth.refresh(held.refresh());
    } catch (InvalidGrantException refused) {
      throw new CredentialRefusedException("invalid_grant", refused);
    }
  }

  Waybill holding(Credential<Tokens> credential) {
    return run.build(setUp().keep(SESSION).credential(credential));
  }

  Waybill holding(
      RotatingAuthorizationServer oauth, Server server, UnaryOperator<Credential<Tokens>> changed) {
    return holding(changed.apply(bearer(oauth, server.origin())));
  }

  /** Runs {@code work} in a request that holds {@code held}. */
  static <V> V with(Waybill waybill, Tokens held, Callable<V> work) throws Exception {
    return waybill
        .request()
        .call(
            () -> {
              RequestScope.current().set(SESSION, held);
              return work.call();
            });
  }

  /** Returns whether an outcome is the rejection, as HTTP or gRPC has it. */
  static boolean isRejection(String outcome) {
    return outcome.contains("401") || outcome.contains("UNAUTHENTICATED");
  }
}
