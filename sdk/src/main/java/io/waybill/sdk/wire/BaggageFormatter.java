package io.waybill.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * Writes members into one {@code baggage} header line, whole members only, until its budget is
 * spent.
 *
 * <p><b>Units.</b> The budget counts bytes of the line, encoded, commas included, and members.
 *
 * <p><b>Errors.</b> None: a name that is no token, or a member that is too long, is not written.
 *
 * <p><b>Threading.</b> For one thread.
 */
public final class BaggageFormatter {
  private final StringBuilder text = new StringBuilder(128);
  private final int maxBytes;
  private int membersLeft;

  /** Starts an empty line. */
  public BaggageFormatter(int maxMembers, int maxBytes) {
    this.membersLeft = maxMembers;
    this.maxBytes = maxBytes;
  }

  /** Returns whether {@code name} can be the name of a member: an RFC 9110 token. */
  public static boolean isName(String name) {
    return Grammar.isToken(name);
  }

  /**
   * Appends a member and returns whether it was written.
   *
   * @param value the value, not encoded; a lone surrogate is written as U+FFFD
   * @param properties properties by the grammar, encoded, joined by {@code ;}; or ""
   */
  public boolean add(String name, String value, String properties) {
    int start = text.length();
    // A value that can't fit is not worth encoding.
    if (membersLeft == 0 || value.length() > maxBytes - start || !isName(name)) {
      return false;
    }
    separate().append(name).append('=');
    PercentCodec.encode(value, text);
    appendProperties(properties, text);
    return keepIfFits(start);
  }

  /** Appends member {@code i} of {@code members} as received; returns whether it was written. */
  public boolean add(Members members, int i) {
    if (membersLeft == 0) {
      return false;
    }
    int start = text.length();
    members.appendTo(separate(), i);
    return keepIfFits(start);
  }

  /** Returns the line, or null if no member was written: then no header is sent. */
  public @Nullable String text() {
    return text.length() == 0 ? null : text.toString();
  }

  static void appendProperties(String properties, StringBuilder to) {
    if (!properties.isEmpty()) {
      to.append(';').append(properties);
    }
  }

  private StringBuilder separate() {
    return text.length() == 0 ? text : text.append(',');
  }

  private boolean keepIfFits(int start) {
    if (text.length() > maxBytes) {
      text.setLength(start);
      return false;
    }
    membersLeft--;
    return true;
  }
}
