package io.waybill.sdk.policy;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of peers, as certificates, rules and classifiers write them. What one kind allows the
 * other does not, so that no name of one kind reads as a name of the other.
 *
 * <p><b>Shape.</b> {@code dns:} and a host name in lower case; or a URI with an authority ({@code
 * spiffe://shop/orders}) or a URN, as it stands. There is no user-info in it, which reads as a
 * host, no {@code *}, which names nobody, and its scheme is not {@code dns}.
 */
final class PeerName {
  static final String DNS = "dns:";

  private static final String CHARS = "[A-Za-z0-9._~!$&'()+,;=:@/?#%-]*";
  private static final String HOST = "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?";
  private static final Pattern URI =
      Pattern.compile(
          "[a-z][a-z0-9+.-]*://" + HOST + "([/?#]" + CHARS + ")?|urn:[A-Za-z0-9-]+:" + CHARS);

  private PeerName() {}

  /** Returns the name of a certificate's DNS name, or null if that is no host name. */
  static @Nullable String dns(String san) {
    String name = DNS + Ascii.lower(san);
    return isDns(name) ? name : null;
  }

  /** Returns the name of a certificate's URI, or null if it names nobody. */
  static @Nullable String uri(String san) {
    return isUri(san) ? san : null;
  }

  /** Returns whether {@code name} is one of either kind. */
  static boolean isName(String name) {
    return isDns(name) || isUri(name);
  }

  static boolean isDns(String name) {
    return name.startsWith(DNS) && Destination.isHostName(name.substring(DNS.length()));
  }

  static boolean isUri(String name) {
    return !name.startsWith(DNS) && URI.matcher(name).matches();
  }
}
