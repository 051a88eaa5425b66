package io.waybill.examples.demo;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who is logged in, by the secret in the browser's cookie. */
final class SessionTable {
  private final TokenIssuer issuer = new TokenIssuer();
  private final Map<String, Session> byToken = new ConcurrentHashMap<>();
  private final Map<String, Tokens> tokens = new ConcurrentHashMap<>();

  /** A session, by the name that may be shown. */
  record Session(String id, String user, String tenant) {}

  /** Logs a user in, a while ago; returns the token for the cookie. */
  String open(Session session) {
    String token = UUID.randomUUID().toString();
    byToken.put(token, session);
    tokens.put(session.id(), issuer.expired(session.id()));
    return token;
  }

  @Nullable Session find(@Nullable String token) {
    return token == null ? null : byToken.get(token);
  }

  /** Returns where the tokens of its sessions are from. */
  TokenIssuer issuer() {
    return issuer;
  }

  /** Returns what calls for {@code session} are made with. */
  Tokens tokens(Session session) {
    return requireNonNull(tokens.get(session.id()));
  }

  /** Keeps tokens in the place of those that their session had. */
  void replace(Tokens fresh) {
    tokens.put(fresh.session(), fresh);
  }
}
