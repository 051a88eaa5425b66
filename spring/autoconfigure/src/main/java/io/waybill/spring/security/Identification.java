package io.waybill.spring.security;

import io.waybill.RequestScope;
import io.waybill.spring.WaybillIdentity;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;

/** Asks the user's {@link WaybillIdentity}, which can't break a request. */
final class Identification {
  private static final Log LOG = LogFactory.getLog(WaybillIdentity.class);
  private static final long QUIET = TimeUnit.MINUTES.toNanos(1);
  private static final String OURS = "io.waybill.sdk.";

  private final WaybillIdentity identity;
  private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();
  private final AtomicLong warned = new AtomicLong(System.nanoTime() - QUIET);

  Identification(WaybillIdentity identity) {
    this.identity = identity;
  }

  /**
   * Identifies {@code scope}, if there is one that goes on.
   *
   * @param authenticated is not asked where there is none
   * @return who it is; null if nobody is authenticated
   */
  @Nullable Authentication identify(
      Supplier<@Nullable Authentication> authenticated, @Nullable RequestScope scope) {
    if (scope == null || scope.isEnded()) {
      return null;
    }
    try {
      Authentication who = authenticated.get();
      if (!isSomebody(who)) {
        return null;
      }
      scope.run(() -> identity.identify(who, scope));
      return who;
    } catch (Throwable usersHookFailed) {
      warn(usersHookFailed);
      return null;
    }
  }

  private boolean isSomebody(@Nullable Authentication who) {
    return who != null && who.isAuthenticated() && !trust.isAnonymous(who);
  }

  /** At most once a minute: a refused user may come again and again. */
  private void warn(Throwable failure) {
    long before = warned.get();
    long now = System.nanoTime();
    if (now - before >= QUIET && warned.compareAndSet(before, now)) {
      LOG.warn(
          "WaybillIdentity failed: "
              + said(failure)
              + "; the request goes on without (further failures are not logged for a minute)");
    }
  }

  /** A message of anybody else's may hold a value. */
  private static String said(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    boolean isOurs = stack.length > 0 && stack[0].getClassName().startsWith(OURS);
    String type = failure.getClass().getName();
    if (isOurs) {
      return type + ": " + failure.getMessage();
    }
    return stack.length > 0 ? type + " at " + stack[0] : type;
  }
}
