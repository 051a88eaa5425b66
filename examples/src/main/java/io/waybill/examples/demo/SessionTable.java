package io.waybill.examples.demo;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who is logged in, by the secret in the browser's cookie. */
final class SessionTable {
  private final Map<String, Session> byToken = new ConcurrentHashMap<>();

  /** A session, by the name that may be shown. */
  record Session(String id, String user, String tenant) {}

  /** Logs a user in; returns the token for the cookie. */
  String open(Session session) {
    String token = UUID.randomUUID().toString();
    byToken.put(token, session);
    return token;
  }

  @Nullable Session find(@Nullable String token) {
    return token == null ? null : byToken.get(token);
  }
}
