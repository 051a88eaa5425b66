package io.waybill.examples.demo;

import io.waybill.sdk.credential.CredentialRefusedException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in for an authorization server. A refresh token that comes again may have been stolen, so
 * its session is revoked (RFC 9700 §4.14.2).
 */
final class TokenIssuer {
  private final Map<String, Tokens> current = new ConcurrentHashMap<>();

  /** Returns tokens of a session that was not used for a while: the access token has expired. */
  Tokens expired(String session) {
    Tokens good = issued(session);
    current.put(session, good);
    return new Tokens(session, issued(session).access(), good.refresh());
  }

  private static Tokens issued(String session) {
    return new Tokens(session, UUID.randomUUID().toString(), UUID.randomUUID().toString());
  }

  /**
   * Returns new tokens for {@code held}, which are of no use any more.
   *
   * @throws CredentialRefusedException if they were renewed before, and from then on
   */
  Tokens renew(Tokens held) throws CredentialRefusedException {
    Tokens fresh = issued(held.session());
    Tokens now =
        current.computeIfPresent(
            held.session(),
            (session, good) -> good.refresh().equals(held.refresh()) ? fresh : null);
    if (now == null) {
      throw new CredentialRefusedException("invalid_grant");
    }
    return now;
  }

  /** Returns whether calls of {@code session} may be made with {@code access}. */
  boolean isGood(String session, String access) {
    Tokens good = current.get(session);
    return good != null && good.access().equals(access);
  }
}
