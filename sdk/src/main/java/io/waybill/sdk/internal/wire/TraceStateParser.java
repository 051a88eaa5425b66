package io.waybill.sdk.internal.wire;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code tracestate} lines of one request.
 *
 * <p><b>Shape.</b> W3C Trace Context Level 2, §3.3: {@code rojo=00f067,congo=t61rc}. The lines are
 * one list, in order (§3.3.1). A key begins with a lower-case letter or a digit and goes on with
 * these, {@code _ - * / @}, up to 256 chars; a value has up to 256 printable ASCII chars but comma
 * and {@code =}, and does not end with a space. Empty members are tolerated. Of two members with
 * one key the first stays.
 *
 * <p><b>Units.</b> At most 32 members, and 8192 chars of all lines with a comma between them.
 *
 * <p><b>Absence.</b> Empty if there is none, or if anything in it is invalid: it is discarded whole
 * (§3.3.1.1).
 *
 * <p><b>Errors.</b> None: no input throws.
 */
public final class TraceStateParser {
  private static final int MOST_MEMBERS = 32;
  private static final int MOST_CHARS = 8192;
  private static final int LONGEST = 256;

  private final Map<String, String> members = new LinkedHashMap<>();
  private int count;

  private TraceStateParser() {}

  /** Returns {@code lines} as one; null if there is none, or more of them than is read. */
  public static @Nullable String join(Iterator<String> lines) {
    boolean any = lines.hasNext();
    String joined = HeaderLines.join(lines, MOST_CHARS + 1);
    return any && joined.length() <= MOST_CHARS ? joined : null;
  }

  /** Returns the members that {@code line} holds, the newest first, as they came. */
  public static Map<String, String> parse(String line) {
    TraceStateParser parser = new TraceStateParser();
    return parser.isValid(line) ? Collections.unmodifiableMap(parser.members) : Map.of();
  }

  private boolean isValid(String line) {
    int at = 0;
    while (at <= line.length()) {
      int comma = line.indexOf(',', at);
      int end = comma < 0 ? line.length() : comma;
      if (!member(line, at, end)) {
        return false;
      }
      at = end + 1;
    }
    return true;
  }

  private boolean member(String line, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && Grammar.isSpace(Grammar.at(line, start))) {
      start++;
    }
    while (start < end && Grammar.isSpace(Grammar.at(line, end - 1))) {
      end--;
    }
    if (start == end) {
      return true;
    }
    int equals = line.indexOf('=', start);
    boolean valid = equals >= 0 && isKey(line, start, equals) && isValue(line, equals + 1, end);
    if (valid) {
      members.putIfAbsent(line.substring(start, equals), line.substring(equals + 1, end));
    }
    return valid && ++count <= MOST_MEMBERS;
  }

  private static boolean isKey(String line, int start, int end) {
    if (start >= end || end - start > LONGEST || !isLetterOrDigit(Grammar.at(line, start))) {
      return false;
    }
    for (int at = start + 1; at < end; at++) {
      int c = Grammar.at(line, at);
      if (!isLetterOrDigit(c) && "_-*/@".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static boolean isValue(String line, int start, int end) {
    if (start >= end || end - start > LONGEST) {
      return false;
    }
    for (int at = start; at < end; at++) {
      int c = Grammar.at(line, at);
      if (c < ' ' || c > '~' || c == '=') {
        return false;
      }
    }
    return true;
  }
}
