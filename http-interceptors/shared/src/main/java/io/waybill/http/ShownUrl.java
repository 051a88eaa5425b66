package io.waybill.http;

import java.util.HexFormat;
import java.util.List;

/**
 * A URL or a part of it as spans show it: with {@code REDACTED} in the place of each credential.
 *
 * <p><b>Source.</b> OpenTelemetry semantic conventions 1.45, {@code url.full} and {@code
 * url.query}; RFC 6750 §2.3 for {@code access_token}.
 */
final class ShownUrl {
  private static final String REDACTED = "REDACTED";
  private static final List<String> CREDENTIALS =
      List.of(
          "X-Amz-Signature",
          "X-Amz-Credential",
          "X-Amz-Security-Token",
          "AWSAccessKeyId",
          "Signature",
          "sig",
          "X-Goog-Signature",
          "access_token");
  private static final int NO_NAME = -1;

  private ShownUrl() {}

  /**
   * Returns an address; who calls it may stand in front of its host, too.
   *
   * @param authority where that begins
   * @param path where it ends
   */
  static String full(String url, int authority, int path) {
    return redacted(withoutUserInfo(url, authority, path), NO_NAME);
  }

  /** Returns a query, without the question mark in front of it. */
  static String query(String query) {
    return redacted(query, 0);
  }

  /**
   * Reads each character once.
   *
   * @param name where the first parameter's name begins, or {@code NO_NAME} where a path is first
   */
  private static String redacted(String text, int name) {
    StringBuilder shown = null;
    int copied = 0;
    int begins = name;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (beginsName(c)) {
        begins = i + 1;
      } else if (c == '=' && begins != NO_NAME) {
        if (isCredential(text, begins, i)) {
          shown = shown == null ? new StringBuilder(text.length()) : shown;
          shown.append(text, copied, i + 1).append(REDACTED);
          copied = endOfValue(text, i + 1);
          i = copied - 1;
        }
        begins = NO_NAME;
      }
    }
    return shown == null ? text : shown.append(text, copied, text.length()).toString();
  }

  /** Some servers take a semicolon for an ampersand; a value may be an address by itself. */
  private static boolean beginsName(char c) {
    return c == '?' || c == '&' || c == ';' || c == '#';
  }

  /** Others do not: for them what is behind a semicolon is still the credential. */
  private static int endOfValue(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) != '&' && text.charAt(end) != '#') {
      end++;
    }
    return end;
  }

  private static boolean isCredential(String text, int start, int end) {
    for (String name : CREDENTIALS) {
      if (spells(text, start, end, name)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a server would read {@code name} there: in either case, and escaped or not. */
  private static boolean spells(String text, int start, int end, String name) {
    int at = start;
    for (int i = 0; i < name.length(); i++) {
      if (at >= end) {
        return false;
      }
      boolean escaped = isEscape(text, at, end);
      int c = escaped ? HexFormat.fromHexDigits(text, at + 1, at + 3) : text.charAt(at);
      if (Character.toLowerCase(c) != Character.toLowerCase(name.charAt(i))) {
        return false;
      }
      at += escaped ? 3 : 1;
    }
    return at == end;
  }

  private static boolean isEscape(String text, int at, int end) {
    return text.charAt(at) == '%'
        && at + 2 < end
        && HexFormat.isHexDigit(text.charAt(at + 1))
        && HexFormat.isHexDigit(text.charAt(at + 2));
  }

  private static String withoutUserInfo(String url, int authority, int path) {
    int at = url.lastIndexOf('@', path - 1);
    return at < authority
        ? url
        : url.substring(0, authority) + REDACTED + ":" + REDACTED + url.substring(at);
  }
}
