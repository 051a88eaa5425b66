package io.waybill.testing;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import io.waybill.LocalField;
import io.waybill.RequestScope;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.credential.Credential;
import io.waybill.sdk.credential.CredentialRefusedException;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import io.waybill.testing.RotatingAuthorizationServer.InvalidGrantException;
import io.waybill.testing.RotatingAuthorizationServer.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;

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

  /** A server that answers with the user whose token came, and a client whose requests hold one. */
  final class Guarded {
    final RotatingAuthorizationServer oauth = authorizing();
    final Server server = answering(headers -> user(oauth, headers));
    final Tokens tokens = oauth.logIn("ben");
    final Waybill waybill;
    final Client client;

    Guarded() throws Exception {
      this((authorizing, bearer) -> bearer);
    }

    /** Creates both, with a credential that {@code changed} makes of the usual one. */
    Guarded(BiFunction<RotatingAuthorizationServer, Credential<Tokens>, Credential<Tokens>> changed)
        throws Exception {
      waybill = holding(changed.apply(oauth, bearer(oauth, server.origin())));
      client = client(waybill, server.origin());
    }

    /** Returns what comes of a call of the request that is current. */
    String call() {
      return outcome(() -> client.call(Map.of()));
    }

    CompletableFuture<String> callAsync() {
      return client.callAsync(Map.of(), callback -> {});
    }

    /** Runs {@code work} in a request that holds the tokens. */
    <V> V run(Callable<V> work) throws Exception {
      return with(waybill, tokens, work);
    }
  }

  private CompletionStage<String> user(
      RotatingAuthorizationServer oauth, Map<String, List<String>> headers) {
    String header = String.join("|", headers.getOrDefault("authorization", List.of()));
    String token = header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : header;
    tokens.add(token);
    String user = oauth.userOrNull(token);
    return user == null ? failedFuture(new UnauthenticatedException()) : completedFuture(user);
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
