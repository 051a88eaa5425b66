package io.waybill.http.jdk;

import io.waybill.http.HttpRedirect;
import io.waybill.http.HttpTarget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Which responses are followed, and by which request: the rules of the JDK's own client. */
record Redirects(Redirect policy) {
  static final int MOST_REQUESTS = mostRequests();

  /**
   * Returns where a response sends us, or null if it is not followed.
   *
   * @param request the request that was answered
   * @param resends how many redirects led to it
   * @throws IOException if it is to be followed to nowhere
   */
  @Nullable URI target(HttpRequest request, int resends, int status, HttpHeaders headers)
      throws IOException {
    if (policy == Redirect.NEVER || !HttpRedirect.is(status)) {
      return null;
    }
    String location = headers.firstValue("location").orElse(null);
    URI target = HttpRedirect.target(request.uri(), location);
    if (target == null) {
      throw nowhere();
    }
    if (!isAllowed(request.uri(), target) || resends + 1 >= MOST_REQUESTS) {
      return null;
    }
    if (!HttpRedirect.isHttp(target)) {
      throw nowhere();
    }
    return target;
  }

  /** Returns the request that follows {@code request} to {@code target}. */
  static HttpRequest request(HttpRequest request, int status, URI target) {
    boolean dropsBody = HttpRedirect.dropsBody(status, request.method());
    boolean sameOrigin = HttpTarget.of(request.uri()).isSameOrigin(HttpTarget.of(target));
    HttpRequest.Builder next =
        HttpRequest.newBuilder(
                request, (name, value) -> HttpRedirect.keeps(name, sameOrigin, dropsBody))
            .uri(target);
    return dropsBody ? next.GET().expectContinue(false).build() : next.build();
  }

  private boolean isAllowed(URI from, URI to) {
    return policy == Redirect.ALWAYS
        || to.getScheme().equalsIgnoreCase("https")
        || to.getScheme().equalsIgnoreCase(from.getScheme());
  }

  private static IOException nowhere() {
    return new IOException("Invalid redirection");
  }

  /** The JDK's own setting, which counts requests: 5 are the first and 4 redirects. */
  private static int mostRequests() {
    int set = Integer.getInteger("jdk.httpclient.redirects.retrylimit", 5);
    return set > 0 ? set : 5;
  }
}
