package io.waybill.spring.client;

import io.waybill.http.HttpRedirect;
import io.waybill.http.HttpTarget;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** Which answers are followed, where to, and with what of the request. */
final class RedirectRule {
  /** Requests of one call, the first among them: as many as the JDK's older client follows. */
  static final int MOST_REQUESTS = 20;

  private RedirectRule() {}

  /** Returns what {@code settings} ask for; Boot's clients follow where nothing is said. */
  static Redirect of(@Nullable HttpClientSettings settings) {
    return of(settings == null || settings.redirects() != HttpRedirects.DONT_FOLLOW);
  }

  /** Returns the policy of a client of which it is known whether it follows. */
  static Redirect of(boolean follows) {
    return follows ? Redirect.NORMAL : Redirect.NEVER;
  }

  /**
   * Returns where an answer sends the caller; null where it is the caller's own.
   *
   * @param requests how many were sent
   */
  static @Nullable URI target(
      Redirect policy, int requests, URI from, int status, HttpHeaders answer) {
    if (policy == Redirect.NEVER || requests >= MOST_REQUESTS || !HttpRedirect.is(status)) {
      return null;
    }
    URI target = HttpRedirect.target(from, answer.getFirst(HttpHeaders.LOCATION));
    return target != null && HttpRedirect.isHttp(target) && isAllowed(policy, from, target)
        ? target
        : null;
  }

  private static boolean isAllowed(Redirect policy, URI from, URI to) {
    return policy == Redirect.ALWAYS
        || to.getScheme().equalsIgnoreCase("https")
        || to.getScheme().equalsIgnoreCase(from.getScheme());
  }

  /** Returns the method that follows {@code method}. */
  static HttpMethod method(HttpMethod method, boolean dropsBody) {
    return dropsBody && !method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
  }

  /** Takes out of {@code headers} what does not go along from one address to another. */
  static void strip(HttpHeaders headers, URI from, URI to, boolean dropsBody) {
    boolean sameOrigin = isSameOrigin(from, to);
    for (String name : headers.headerNames().toArray(String[]::new)) {
      boolean namesThisHost = !sameOrigin && name.equalsIgnoreCase(HttpHeaders.HOST);
      if (namesThisHost || !HttpRedirect.keeps(name, sameOrigin, dropsBody)) {
        headers.remove(name);
      }
    }
  }

  static boolean isSameOrigin(URI from, URI to) {
    return HttpTarget.of(from).isSameOrigin(HttpTarget.of(to));
  }
}
