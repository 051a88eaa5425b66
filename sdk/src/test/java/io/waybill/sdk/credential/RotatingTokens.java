package io.waybill.sdk.credential;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.Destroyable;

/** An authorization server in memory, which revokes a session whose refresh token comes again. */
final class RotatingTokens {

  /** What a client stores. */
  record Tokens(String user, String access, String refresh) {}

  /** What a request holds: unusable once it is wiped. */
  static final class Session implements Destroyable {
    final AtomicInteger wipes = new AtomicInteger();
    // A log-in took its place: whoever has set that may still use this.
    volatile boolean isLoggedOut;
    private volatile Tokens tokens;

    Session(Tokens tokens) {
      this.tokens = tokens;
    }

    Tokens tokens() {
      Tokens now = tokens;
      if (now == null) {
        throw new IllegalStateException("wiped");
      }
      return now;
    }

    @Override
    public void destroy() {
      tokens = null;
      wipes.incrementAndGet();
    }
  }

  private static final class Grant {
    final String user;
    volatile String access = "";
    volatile boolean isRevoked;

    Grant(String user) {
      this.user = user;
    }
  }

  final AtomicInteger reuses = new AtomicInteger();
  final AtomicInteger renewals = new AtomicInteger();
  final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
  private final Map<String, String> owners = new ConcurrentHashMap<>();
  private final Map<String, Grant> byAccess = new ConcurrentHashMap<>();
  private final Map<String, Grant> byRefresh = new ConcurrentHashMap<>();
  private final Map<String, Grant> used = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();

  Tokens logIn(String user) {
    return issue(new Grant(user));
  }

  private Tokens issue(Grant grant) {
    long next = number.incrementAndGet();
    Tokens tokens = new Tokens(grant.user, "access-" + next, "refresh-" + next);
    owners.put(tokens.access, grant.user);
    byRefresh.put(tokens.refresh, grant);
    byAccess.remove(grant.access);
    grant.access = tokens.access;
    byAccess.put(tokens.access, grant);
    return tokens;
  }

  Session session(Tokens tokens) {
    Session session = new Session(tokens);
    sessions.add(session);
    return session;
  }

  Session renew(Session held) throws CredentialRefusedException {
    String refresh = held.tokens().refresh;
    Grant grant = byRefresh.remove(refresh);
    if (grant == null) {
      reuses.incrementAndGet();
      used.get(refresh).isRevoked = true;
      throw new CredentialRefusedException("used");
    }
    used.put(refresh, grant);
    if (grant.isRevoked) {
      throw new CredentialRefusedException("revoked");
    }
    renewals.incrementAndGet();
    return session(issue(grant));
  }

  /** Lets the access tokens of {@code user} expire; of all for null. */
  void expire(String user) {
    byAccess.values().removeIf(grant -> user == null || grant.user.equals(user));
  }

  /** Returns whose valid token it is, or null. */
  String userOrNull(String access) {
    Grant grant = byAccess.get(access);
    return grant == null || grant.isRevoked ? null : grant.user;
  }

  /** Returns whom it was ever given to. */
  String owner(String access) {
    return owners.get(access);
  }
}
