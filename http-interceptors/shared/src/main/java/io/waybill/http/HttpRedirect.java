package io.waybill.http;

import io.waybill.sdk.policy.Destination;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a redirect leads, and what of the request goes along.
 *
 * <p><b>Source.</b> RFC 9110 §15.4, and for the method what browsers and the JDK's client do.
 */
public final class HttpRedirect {
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "proxy-authorization", "cookie");

  private HttpRedirect() {}

  /** Returns whether an answer of {@code status} asks to look elsewhere. */
  public static boolean is(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /**
   * Returns the absolute address that {@code location} means; null if that is no address. Nothing
   * of it is in a message: it may hold a secret.
   *
   * @param from the address that was asked
   * @param location the value of {@code Location}; null if there is none
   */
  public static @Nullable URI target(URI from, @Nullable String location) {
    if (location == null) {
      return null;
    }
    try {
      return from.resolve(location);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  /** Returns whether {@code target} can be asked by HTTP. */
  public static boolean isHttp(URI target) {
    Destination destination = Destination.of(target);
    return destination != null && destination.scheme().startsWith("http");
  }

  /** Returns whether the next request is a GET without a body. */
  public static boolean dropsBody(int status, String method) {
    return switch (status) {
      case 301, 302 -> method.equals("POST");
      case 303 -> true;
      default -> false;
    };
  }

  /**
   * Returns whether a header of the user's goes along: what is a credential stays at the origin it
   * was written for, and what describes a body goes with it.
   *
   * @param name in any case
   */
  public static boolean keeps(String name, boolean sameOrigin, boolean dropsBody) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean staysHere = !sameOrigin && CREDENTIALS.contains(lower);
    return !staysHere && !(dropsBody && lower.startsWith("content-"));
  }
}
