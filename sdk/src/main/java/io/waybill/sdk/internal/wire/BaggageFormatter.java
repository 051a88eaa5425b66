package io.waybill.sdk.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
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
  private static final int USUAL = 128;

  private final int maxBytes;
  private int membersLeft;
  private byte[] line;
  private int length;

  /** Starts an empty line. */
  public BaggageFormatter(int maxMembers, int maxBytes) {
    this(maxMembers, maxBytes, USUAL);
  }

  /**
   * Starts an empty line.
   *
   * @param expected how long it will be, by {@link #length}; it may become longer
   */
  public BaggageFormatter(int maxMembers, int maxBytes, int expected) {
    this.membersLeft = maxMembers;
    this.maxBytes = maxBytes;
    this.line = new byte[Math.max(0, Math.min(maxBytes, expected))];
  }

  /** Returns whether {@code name} can be the name of a member: an RFC 9110 token. */
  public static boolean isName(String name) {
    return Grammar.isToken(name);
  }

  /** Returns how many bytes a member takes, a comma behind it included. */
  public static int length(String name, String value, String properties) {
    return length(name, PercentCodec.encodedLength(value), properties);
  }

  private static int length(String name, int encoded, String properties) {
    int ofProperties = properties.isEmpty() ? 0 : ";".length() + properties.length();
    return name.length() + "=,".length() + encoded + ofProperties;
  }

  /**
   * Appends a member and returns whether it was written.
   *
   * @param value the value, not encoded; a lone surrogate is written as U+FFFD
   * @param properties properties by the grammar, encoded, joined by {@code ;}; or ""
   */
  public boolean add(String name, String value, String properties) {
    // A value that can't fit is not worth measuring.
    boolean mayFit = membersLeft > 0 && value.length() <= maxBytes - length;
    int encoded = mayFit ? PercentCodec.encodedLength(value) : 0;
    if (!mayFit || !isName(name) || !begin(length(name, encoded, properties))) {
      return false;
    }
    write(name, 0, name.length());
    write('=');
    if (encoded == value.length()) {
      write(value, 0, encoded);
    } else {
      length = PercentCodec.encode(value, line, length);
    }
    writeProperties(properties);
    return true;
  }

  /** Appends member {@code i} of {@code members} as received; returns whether it was written. */
  public boolean add(Members members, int i) {
    if (membersLeft == 0 || !begin(members.length(i))) {
      return false;
    }
    length = members.copyTo(line, length, i);
    return true;
  }

  /** Returns whether the line has as many members as it may have. */
  public boolean isFull() {
    return membersLeft == 0;
  }

  /** Returns the line, or null if no member was written: then no header is sent. */
  public @Nullable String text() {
    return length == 0 ? null : new String(line, 0, length, ISO_8859_1);
  }

  /** Makes room for a member of as many bytes with its comma, or returns false. */
  private boolean begin(int bytes) {
    int end = length == 0 ? bytes - 1 : length + bytes;
    if (end > maxBytes) {
      return false;
    }
    if (end > line.length) {
      line = Arrays.copyOf(line, Math.max(end, Math.min(maxBytes, line.length * 2)));
    }
    if (length > 0) {
      write(',');
    }
    membersLeft--;
    return true;
  }

  private void write(char ascii) {
    line[length++] = (byte) ascii;
  }

  @SuppressWarnings("deprecation") // right for ASCII, and several times as fast as chars one by one
  private void write(String ascii, int start, int end) {
    ascii.getBytes(start, end, line, length);
    length += end - start;
  }

  private void writeProperties(String properties) {
    if (!properties.isEmpty()) {
      write(';');
      write(properties, 0, properties.length());
    }
  }
}
