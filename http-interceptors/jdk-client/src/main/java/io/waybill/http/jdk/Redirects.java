package io.waybill.http.jdk;

import io.waybill.sdk.policy.Destination;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which responses are followed, and by which request: the rules of the JDK's own client. */
record Redirects(Redirect policy) {
  static final int MOST_REQUESTS = mostRequests();
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "proxy-authorization", "cookie");

  /**
   * Returns where a response sends us, or null if it is not followed.
   *
   * @param request the request that was answered
   * @param resends how many redirects led to it
   * @throws IOException if it is to be followed to nowhere
   */
  @Nullable URI target(HttpRequest request, int resends, int status, HttpHeaders headers)
      throws IOException {
    if (policy == Redirect.NEVER || !isRedirect(status)) {
      return null;
    }
    URI target = location(request.uri(), headers);
    if (!isAllowed(request.uri(), target) || resends + 1 >= MOST_REQUESTS) {
      return null;
    }
    if (!isHttp(target)) {
      throw nowhere();
    }
    return target;
  }

  /** Returns the request that follows {@code request} to {@code target}. */
  static HttpRequest request(HttpRequest request, int status, URI target) {
    boolean dropsBody = dropsBody(status, request.method());
    boolean sameOrigin = isSameOrigin(request.uri(), target);
    HttpRequest.Builder next =
        HttpRequest.newBuilder(
                request,
                (name, value) -> isKept(name.toLowerCase(Locale.ROOT), sameOrigin, dropsBody))
            .uri(target);
    return dropsBody ? next.GET().expectContinue(false).build() : next.build();
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static boolean dropsBody(int status, String method) {
    return switch (status) {
      case 301, 302 -> method.equals("POST");
      case 303 -> true;
      default -> false;
    };
  }

  private static boolean isKept(String header, boolean sameOrigin, boolean dropsBody) {
    boolean credential = CREDENTIALS.contains(header);
    return (sameOrigin || !credential) && !(dropsBody && header.startsWith("content-"));
  }

  private static boolean isSameOrigin(URI from, URI to) {
    Destination destination = Destination.of(to);
    return destination != null && destination.equals(Destination.of(from));
  }

  private boolean isAllowed(URI from, URI to) {
    return policy == Redirect.ALWAYS
        || to.getScheme().equalsIgnoreCase("https")
        || to.getScheme().equalsIgnoreCase(from.getScheme());
  }

  private static URI location(URI from, HttpHeaders headers) throws IOException {
    try {
      return from.resolve(headers.firstValue("location").orElseThrow(Redirects::nowhere));
    } catch (IllegalArgumentException notAnAddress) {
      // Its message would hold the address, which may hold a secret.
      throw nowhere();
    }
  }

  private static boolean isHttp(URI target) {
    Destination destination = Destination.of(target);
    return destination != null && destination.scheme().startsWith("http");
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
