package io.waybill.opentelemetry.instrumentation;

import io.waybill.sdk.policy.Destination;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The destinations that URLs and authorities name. A service calls few of them, each of them often:
 * so the last ones are kept, and not made anew for each call.
 *
 * <p><b>Threading.</b> Safe from any thread.
 */
final class Origins {
  private static final int MOST_KNOWN = 128;
  private static final int LONGEST_KNOWN = 300;

  /** In the place of a port, where the text has it: no authority is mistaken for a URL. */
  private static final int IN_URL = -2;

  private final AtomicReferenceArray<@Nullable Known> known =
      new AtomicReferenceArray<>(MOST_KNOWN);

  /** What {@code text} names, up to its path; together with a port, if that is said apart. */
  private record Known(String text, int port, Destination destination) {
    boolean isOf(String other, int end, int otherPort) {
      return port == otherPort && text.length() == end && other.startsWith(text);
    }
  }

  /** Returns whom {@code url} names, or null. */
  @Nullable Destination http(String url) {
    int host = url.indexOf("://") + 3;
    if (host < 3) {
      return null;
    }
    int end = host;
    int hash = 0;
    boolean hasUserInfo = false;
    for (; end < url.length(); end++) {
      char c = url.charAt(end);
      if (c == '/' || c == '?' || c == '#' || c == '\\') {
        break;
      }
      hasUserInfo |= c == '@';
      hash = 31 * hash + c;
    }
    Known last = known.get(slot(hash));
    if (last != null && last.isOf(url, end, IN_URL)) {
      return last.destination;
    }
    Destination made = Destination.http(url.substring(0, host - 3), url.substring(host, end));
    // What a user is known by is not kept.
    return hasUserInfo ? made : kept(hash, url, end, IN_URL, made);
  }

  /** Returns whom a gRPC channel without TLS names, or null. */
  @Nullable Destination grpc(String host, int port) {
    int hash = 31 * host.hashCode() + port;
    Known last = known.get(slot(hash));
    if (last != null && last.isOf(host, host.length(), port)) {
      return last.destination;
    }
    Destination made = Destination.grpc(port < 0 ? host : host + ":" + port, false);
    return kept(hash, host, host.length(), port, made);
  }

  private @Nullable Destination kept(
      int hash, String text, int end, int port, @Nullable Destination made) {
    if (made != null && end <= LONGEST_KNOWN) {
      known.set(slot(hash), new Known(text.substring(0, end), port, made));
    }
    return made;
  }

  private static int slot(int hash) {
    return (hash ^ (hash >>> 16)) & (MOST_KNOWN - 1);
  }
}
