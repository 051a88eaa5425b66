package io.waybill.sdk.internal.wire;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the challenges of a server, {@code WWW-Authenticate} (RFC 9110 §11.6.1). */
public final class Challenges {
  private static final int MOST_CHARS = 8192;
  private static final Pattern SEPARATORS = Pattern.compile("[ \\t,]*");
  private static final Pattern TOKEN = Pattern.compile("[ \\t,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)");
  // What a scheme may have in the place of parameters.
  private static final Pattern TOKEN68 =
      Pattern.compile("[ \\t]*+[A-Za-z0-9._~+/-]++=*+[ \\t]*+(?=,|$)");
  private static final Pattern VALUE =
      Pattern.compile("[ \\t]*=[ \\t]*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"?|([^ \\t,]*))");

  private final String text;
  private int at;
  private boolean isBearer;
  private boolean isError;
  private boolean letsRenew;

  private Challenges(String text) {
    this.text = text;
  }

  /**
   * Returns whether a new bearer token may be what the server wants (RFC 6750 §3): it says nothing,
   * or has a Bearer challenge without an error or with {@code invalid_token}. What is more than
   * 8192 chars says something else.
   */
  public static boolean letRenew(List<String> lines) {
    if (lines.stream().mapToLong(String::length).sum() > MOST_CHARS) {
      return false;
    }
    String all = String.join(",", lines);
    return SEPARATORS.matcher(all).matches() || new Challenges(all).read();
  }

  private boolean read() {
    Matcher token = TOKEN.matcher(text);
    while (token.region(at, text.length()).lookingAt()) {
      at = token.end();
      Matcher value = VALUE.matcher(text).region(at, text.length());
      if (value.lookingAt()) {
        at = value.end();
        parameter(token.group(1), value.group(1) == null ? value.group(2) : value.group(1));
      } else {
        challenge(token.group(1));
      }
    }
    challenge("");
    return letsRenew;
  }

  /** The one before it is over. */
  private void challenge(String scheme) {
    letsRenew |= isBearer && !isError;
    isBearer = scheme.equalsIgnoreCase("bearer");
    isError = false;
    Matcher token68 = TOKEN68.matcher(text).region(at, text.length());
    at = token68.lookingAt() ? token68.end() : at;
  }

  private void parameter(String name, String value) {
    isError |= name.equalsIgnoreCase("error") && !value.equals("invalid_token");
  }
}
