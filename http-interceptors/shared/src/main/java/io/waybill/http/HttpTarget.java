package io.waybill.http;

import io.waybill.sdk.policy.Destination;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The absolute address that a request is really sent to, whatever its {@code Host} says.
 *
 * <p><b>Absence.</b> Its {@link Destination} is null where no rule of the policy can name it.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class HttpTarget {
  private static final String BEFORE_AUTHORITY = "://";

  private final @Nullable Destination destination;
  private final String url;
  // Where they begin in the address; both behind the scheme where it has no authority.
  private final int authority;
  private final int path;

  private HttpTarget(@Nullable Destination destination, String url) {
    this.destination = destination;
    this.url = url;
    int scheme = url.indexOf(':');
    boolean hasAuthority = url.startsWith(BEFORE_AUTHORITY, scheme);
    this.authority = scheme + (hasAuthority ? BEFORE_AUTHORITY.length() : 1);
    this.path = hasAuthority ? endOfAuthority(url, authority) : authority;
  }

  private static int endOfAuthority(String url, int start) {
    int end = start;
    while (end < url.length() && !isBehindAuthority(url.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isBehindAuthority(char c) {
    return c == '/' || c == '?' || c == '#';
  }

  /** Returns the target of {@code uri}. */
  public static HttpTarget of(URI uri) {
    return new HttpTarget(Destination.of(uri), uri.toString());
  }

  /**
   * Returns a target of which the library has the parts. Nothing is parsed, which makes it cheap.
   *
   * @param scheme {@code http} or {@code https}; any other has no destination
   * @param host a name or an address literal, IPv6 in brackets or not
   * @param port 1 to 65535, or -1 for the one of the scheme; any other has no destination
   * @param url the whole address, as {@code url.full} shows it once what is secret is taken out
   */
  public static HttpTarget of(String scheme, String host, int port, String url) {
    return new HttpTarget(Destination.http(scheme, host, port), url);
  }

  /** Returns whether both are of one scheme, host and port. */
  public boolean isSameOrigin(HttpTarget other) {
    return destination != null && destination.equals(other.destination);
  }

  @Nullable Destination destination() {
    return destination;
  }

  /** Returns the path without the query, as it is sent. */
  String path() {
    int end = path;
    while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
      end++;
    }
    return url.substring(path, end);
  }

  /** Returns how many characters host and port have, with who calls in front of them. */
  int authorityLength() {
    return path - authority;
  }

  /** Returns how many characters of path and query are sent. */
  int pathAndQueryLength() {
    int fragment = url.indexOf('#', path);
    return (fragment < 0 ? url.length() : fragment) - path;
  }

  /** Returns the address as a span shows it. */
  String shown() {
    return ShownUrl.full(url, authority, path);
  }
}
