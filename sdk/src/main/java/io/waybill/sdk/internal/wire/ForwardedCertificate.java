package io.waybill.sdk.internal.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the last proxy wrote into {@code x-forwarded-client-cert} of the certificate that it has
 * seen: the names in the last element.
 *
 * <p><b>Shape.</b> As Envoy writes it. Elements are parted by a comma, pairs {@code Key=Value} in
 * them by a semicolon. A value is in quotes, with {@code \"} for a quote, or ends at the next comma
 * or semicolon. The case of keys does not matter; {@code By}, {@code URI} and {@code DNS} may be
 * there more than once, others twice are two proxies' words in one element. All is read, since a
 * quote that does not end makes another element the last: {@code
 * By=spiffe://shop/gate;Hash=ab;Subject="CN=a,b";URI=spiffe://shop/orders;DNS=orders.shop.internal}.
 */
public final class ForwardedCertificate {
  /** The header's name. */
  public static final String HEADER = "x-forwarded-client-cert";

  /** The longest line that is read: with a whole chain, it may be longer than other headers. */
  public static final int MOST_CHARS = 16_384;

  private static final int MOST_NAMES = 64;

  private final String line;
  private final List<String> uris = new ArrayList<>();
  private final List<String> dnsNames = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();
  private int at;

  private ForwardedCertificate(String line) {
    this.line = line;
  }

  /** Returns what {@code line} says, or null if it is malformed or longer than is read. */
  public static @Nullable ForwardedCertificate parse(String line) {
    ForwardedCertificate read = new ForwardedCertificate(line);
    return line.length() <= MOST_CHARS && read.elements() ? read : null;
  }

  /** Returns the URIs of the last element, in order, as they stand there. */
  public List<String> uris() {
    return uris;
  }

  /** Returns the DNS names of the last element, in order, as they stand there. */
  public List<String> dnsNames() {
    return dnsNames;
  }

  private boolean elements() {
    do {
      uris.clear();
      dnsNames.clear();
      keys.clear();
      skipSpace();
      if (!element()) {
        return false;
      }
    } while (skip(','));
    return at == line.length();
  }

  private boolean element() {
    do {
      if (!pair()) {
        return false;
      }
    } while (skip(';'));
    return uris.size() + dnsNames.size() <= MOST_NAMES;
  }

  private boolean pair() {
    String key = key().toLowerCase(Locale.ROOT); // of ASCII letters only
    if (key.isEmpty() || !skip('=')) {
      return false;
    }
    String value = skip('"') ? quoted() : bare();
    if (value == null) {
      return false;
    }
    return switch (key) {
      case "uri" -> uris.add(value);
      case "dns" -> dnsNames.add(value);
      case "by" -> true;
      default -> keys.add(key);
    };
  }

  private String key() {
    int start = at;
    while (at < line.length() && isLetter(line.charAt(at))) {
      at++;
    }
    return line.substring(start, at);
  }

  /** Returns what stands between quotes, its escapes as they are: no name has one. */
  private @Nullable String quoted() {
    int start = at;
    boolean escaped = false;
    for (; at < line.length() && isPrintable(line.charAt(at)); at++) {
      char c = line.charAt(at);
      if (c == '"' && !escaped) {
        return line.substring(start, at++);
      }
      escaped = c == '\\' && !escaped;
    }
    return null;
  }

  private @Nullable String bare() {
    int start = at;
    while (at < line.length() && line.charAt(at) != ',' && line.charAt(at) != ';') {
      char c = line.charAt(at++);
      if (c == ' ' || c == '"' || !isPrintable(c)) {
        return null;
      }
    }
    return line.substring(start, at);
  }

  private boolean skip(char c) {
    boolean isThere = at < line.length() && line.charAt(at) == c;
    at += isThere ? 1 : 0;
    return isThere;
  }

  private void skipSpace() {
    while (at < line.length() && Grammar.isSpace(line.charAt(at))) {
      at++;
    }
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c <= '~';
  }
}
