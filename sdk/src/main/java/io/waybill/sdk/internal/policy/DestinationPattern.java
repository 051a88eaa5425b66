package io.waybill.sdk.internal.policy;

import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** A destination as set-up names it, in which the first label may be {@code *}. */
final class DestinationPattern {
  private static final String ANY_LABEL = "*.";

  private final Destination named;
  private final boolean anyFirstLabel;

  private DestinationPattern(Destination named, boolean anyFirstLabel) {
    this.named = named;
    this.anyFirstLabel = anyFirstLabel;
  }

  static DestinationPattern parse(String pattern) {
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
  boolean matches(Destination destination) {
    return named.port() == destination.port()
        && named.scheme().equals(destination.scheme())
        && (anyFirstLabel
            ? isNamedUnder(destination.host())
            : named.host().equals(destination.host()));
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
