package io.waybill.sdk.internal.policy;

import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A destination as set-up names it, in which the first label may be {@code *}. */
public final class DestinationPattern {
  private static final String ANY_LABEL = "*.";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Destination named;
  private final boolean anyFirstLabel;

  private DestinationPattern(Destination named, boolean anyFirstLabel) {
    this.named = named;
    this.anyFirstLabel = anyFirstLabel;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static DestinationPattern parse(String pattern) {
    int hostStart = pattern.indexOf("://") + 3;
    boolean anyFirstLabel = pattern.startsWith(ANY_LABEL, hostStart);
    Destination named =
        origin(
            anyFirstLabel
                ? pattern.substring(0, hostStart)
                    + pattern.substring(hostStart + ANY_LABEL.length())
                : pattern);
    if (named == null || (anyFirstLabel && named.isAddress())) {
      throw new IllegalArgumentException(
          "destination: \""
              + pattern
              + "\" (expected: scheme://host[:port] with scheme http, https, grpc or grpcs; the"
              + " first label of a host name may be *)");
    }
    return new DestinationPattern(named, anyFirstLabel);
  }

  private static @Nullable Destination origin(String text) {
    try {
      URI uri = new URI(text);
      boolean bare = text.equals(uri.getScheme() + "://" + uri.getRawAuthority());
      return bare && text.indexOf('@') < 0 ? Destination.of(uri) : null;
    } catch (URISyntaxException notAnOrigin) {
      return null;
    }
  }

  /** Compares whole labels: {@code *.shop.internal} is {@code a.shop.internal} and no other. */
  public boolean matches(Destination destination) {
    return named.port() == destination.port()
        && named.scheme().equals(destination.scheme())
        && hasHost(destination);
  }

  /** Returns whether anybody on the way can read what is sent there. */
  public boolean isPlaintext() {
    return named.scheme().equals("http") || named.scheme().equals("grpc");
  }

  private boolean hasHost(Destination destination) {
    return anyFirstLabel
        ? isNamedUnder(destination.host())
        : named.host().equals(destination.host());
  }

  /** Returns why {@code destination}, which does not match, nearly does; null if it does not. */
  @Nullable String missed(Destination destination) {
    boolean sameScheme = named.scheme().equals(destination.scheme());
    boolean samePort = named.port() == destination.port();
    if (sameScheme && samePort) {
      return LOOPBACK.contains(named.host()) && LOOPBACK.contains(destination.host())
          ? "its host is written in another way, and rules compare hosts as they are written"
          : null;
    }
    if (!hasHost(destination)) {
      return null;
    }
    if (sameScheme) {
      return named.hasDefaultPort()
          ? "its port is another: without one, a rule means " + named.port()
          : null;
    }
    return samePort || bothByDefault(destination) ? otherScheme(destination) : null;
  }

  private String otherScheme(Destination destination) {
    return named.scheme().equals("grpcs") && destination.scheme().equals("grpc")
        ? "its scheme is another: a gRPC channel counts as plaintext until wrap, install or client"
            + " gets a Destination that says grpcs, or waybill.channels.tls names it"
        : "its scheme is another";
  }

  private boolean bothByDefault(Destination destination) {
    return named.hasDefaultPort() && destination.hasDefaultPort();
  }

  private boolean isNamedUnder(String host) {
    int label = host.indexOf('.');
    return label > 0 && host.substring(label + 1).equals(named.host());
  }

  @Override
  public String toString() {
    return anyFirstLabel ? named.toString().replace("://", "://" + ANY_LABEL) : named.toString();
  }
}
