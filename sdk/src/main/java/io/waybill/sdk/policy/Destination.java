package io.waybill.sdk.policy;

import static java.util.Objects.requireNonNull;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes: scheme, host and port, in the one spelling in which they are compared.
 *
 * <p><b>Shape.</b> {@code https://orders.shop.internal:8443}. Schemes are {@code http}, {@code
 * https}, {@code grpc} (plaintext) and {@code grpcs} (TLS). The host is in lower case, without a
 * trailing dot, international names in their ASCII form, IPv6 literals shortened and in brackets.
 * The port is always there: 80 or 443 where none was given.
 *
 * <p><b>Absence.</b> {@code of} and {@code grpc} return null for anything that not all clients
 * would resolve alike: a name longer than 253 characters, with an empty label or with other
 * characters than letters, digits, {@code -} and {@code _}; an IPv6 literal with a zone.
 *
 * @param scheme {@code http}, {@code https}, {@code grpc} or {@code grpcs}
 * @param host the host name or address literal
 * @param port the port, 1 to 65535
 */
public record Destination(String scheme, String host, int port) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int MOST_PORT = 0xFFFF;
  private static final int MOST_DIGITS = 5;
  private static final int LONGEST_NAME = 253; // RFC 1035 §2.3.4, without the dots at its ends
  private static final Pattern ZEROS = Pattern.compile("(^|:)(0(:|$)){2,}");

  /**
   * Creates the destination in its one spelling, whatever the spelling of {@code scheme} and {@code
   * host}.
   *
   * @throws IllegalArgumentException if the scheme is not one of the four, the host is none, or the
   *     port is not 1 to 65535
   */
  public Destination {
    scheme = Ascii.lower(requireNonNull(scheme, "scheme"));
    String spelled = host(requireNonNull(host, "host"));
    if (defaultPort(scheme) < 0 || spelled == null || port <= 0 || port > MOST_PORT) {
      throw new IllegalArgumentException(
          "destination: "
              + scheme
              + "://"
              + host
              + ":"
              + port
              + " (expected: scheme http, https, grpc or grpcs, a host, and a port from 1 to 65535)");
    }
    host = spelled;
  }

  /**
   * Returns the destination of {@code uri}, or null if it has none of these schemes, or no host.
   *
   * @param uri the address of a request; its path and user-info do not matter
   */
  public static @Nullable Destination of(URI uri) {
    return uri.getScheme() == null ? null : of(Ascii.lower(uri.getScheme()), uri.getRawAuthority());
  }

  /**
   * Returns the destination of a gRPC channel, or null if the authority has no host.
   *
   * @param authority the channel's authority: {@code host} or {@code host:port}
   * @param tls whether its operator says that the channel is encrypted; an interceptor can't see it
   */
  public static @Nullable Destination grpc(String authority, boolean tls) {
    return of(tls ? "grpcs" : "grpc", authority);
  }

  /**
   * Returns the destination of an HTTP client that knows its parts, or null if they are none.
   *
   * @param scheme {@code http} or {@code https}, in any case
   * @param host a name or an address literal, IPv6 in brackets or not
   * @param port 1 to 65535, or -1 for the one of the scheme; any other is none
   */
  public static @Nullable Destination http(String scheme, String host, int port) {
    String lower = Ascii.lower(scheme);
    int known = port == -1 ? defaultPort(lower) : port;
    boolean isHttp = lower.equals("http") || lower.equals("https");
    if (!isHttp || known <= 0 || known > MOST_PORT) {
      return null;
    }
    boolean isBare = host.indexOf(':') >= 0 && !host.startsWith("[");
    String spelled = isBare ? "[" + host + "]" : host;
    return host(spelled) == null ? null : new Destination(lower, spelled, known);
  }

  /**
   * Returns the destination of a URL that an HTTP client has split itself, or null if it is none.
   *
   * @param scheme {@code http} or {@code https}, in any case
   * @param authority what is between the scheme and the path
   */
  public static @Nullable Destination http(String scheme, String authority) {
    String lower = Ascii.lower(scheme);
    return lower.startsWith("http") ? of(lower, authority) : null;
  }

  private static @Nullable Destination of(String scheme, @Nullable String authority) {
    int defaultPort = defaultPort(scheme);
    if (authority == null || defaultPort < 0) {
      return null;
    }
    String hostAndPort = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = hostAndPort.lastIndexOf(':');
    boolean hasPort = colon > hostAndPort.lastIndexOf(']');
    int port = hasPort ? port(hostAndPort, colon + 1) : defaultPort;
    String host = hasPort ? hostAndPort.substring(0, colon) : hostAndPort;
    return port <= 0 || host(host) == null ? null : new Destination(scheme, host, port);
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "http", "grpc" -> HTTP_PORT;
      case "https", "grpcs" -> HTTPS_PORT;
      default -> -1;
    };
  }

  private static int port(String text, int start) {
    int digits = text.length() - start;
    if (digits == 0 || digits > MOST_DIGITS) {
      return -1;
    }
    int port = 0;
    for (int i = start; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      port = 10 * port + digit;
    }
    return port <= MOST_PORT ? port : -1;
  }

  /** Returns whether the host is an IPv4 or IPv6 literal: its last label is a number. */
  public boolean isAddress() {
    char first = host.charAt(host.lastIndexOf('.') + 1);
    return first == '[' || (first >= '0' && first <= '9');
  }

  /** Returns whether the port is the one that the scheme has where none is given. */
  public boolean hasDefaultPort() {
    return port == defaultPort(scheme);
  }

  private static @Nullable String host(String raw) {
    if (raw.startsWith("[")) {
      return ipv6(raw);
    }
    String host = raw.endsWith(".") ? raw.substring(0, raw.length() - 1) : raw;
    if (host.length() > LONGEST_NAME) {
      return null; // Before the work below, which grows with the square of the length.
    }
    String name = Ascii.lower(host);
    return isName(name) ? name : international(name);
  }

  /** Returns whether {@code host} is a name in its one spelling: lower case, no dot at its ends. */
  static boolean isHostName(String host) {
    return host.length() <= LONGEST_NAME && isName(host);
  }

  private static boolean isName(String host) {
    char before = '.';
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.' ? before == '.' : !isLabel(c)) {
        return false;
      }
      before = c;
    }
    return before != '.';
  }

  private static boolean isLabel(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  private static @Nullable String international(String name) {
    try {
      String ascii = Ascii.lower(IDN.toASCII(name, IDN.ALLOW_UNASSIGNED));
      // What changes on the way is another host for another client: straße.example is one by IDNA
      // 2008, and strasse.example by IDNA 2003.
      boolean sameForAll = IDN.toUnicode(ascii, IDN.ALLOW_UNASSIGNED).equals(lower(name));
      return sameForAll && isName(ascii) ? ascii : null;
    } catch (IllegalArgumentException notAName) {
      return null;
    }
  }

  /**
   * Returns {@code name} with the letters in lower case that are the upper case of just that one:
   * U+212A (KELVIN SIGN) is not that of {@code k}.
   */
  private static String lower(String name) {
    int[] lower =
        name.codePoints()
            .map(
                c ->
                    Character.toUpperCase(Character.toLowerCase(c)) == c
                        ? Character.toLowerCase(c)
                        : c)
            .toArray();
    return new String(lower, 0, lower.length);
  }

  /** Returns the one spelling of an IPv6 literal in brackets; a mapped one is an IPv4 address. */
  private static @Nullable String ipv6(String literal) {
    boolean closed = literal.endsWith("]") && literal.indexOf(':') > 0;
    InetAddress address =
        closed ? AddressLiteral.parse(literal.substring(1, literal.length() - 1)) : null;
    if (address == null) {
      return null;
    }
    String spelled = address.getHostAddress();
    return address instanceof Inet6Address
        ? "[" + ZEROS.matcher(spelled).replaceFirst("::") + "]"
        : spelled;
  }

  /** Returns the destination as it is written in set-up: {@code http://127.0.0.1:8080}. */
  @Override
  public String toString() {
    return scheme + "://" + host + ":" + port;
  }
}
