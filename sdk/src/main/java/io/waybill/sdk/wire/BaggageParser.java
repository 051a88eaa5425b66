package io.waybill.sdk.wire;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code baggage} header lines of one request into {@link Members}.
 *
 * <p><b>Shape.</b> W3C Baggage §3.3: {@code user.id=u-17,plan=gold;ttl=60}. The lines are joined
 * with commas, in order (RFC 9110 §5.3). A list-member that is not valid is skipped, and only that
 * one; an invalid property costs the property, not its member. Of two members with one name the
 * last stays.
 *
 * <p><b>Units.</b> Limits count bytes of the joined text, encoded, commas included, and distinct
 * names. What exceeds them is left out by whole members. Work is bounded by the limits, not by the
 * input.
 *
 * <p><b>Errors.</b> None: no input throws.
 */
public final class BaggageParser {
  private static final int MEMBERS_WITHOUT_TABLE = 8;
  private static final int CHARS_OF_A_MEMBER = 32;

  private final String text;
  private final int end;
  private final int maxMembers;
  private int at;

  private int[] index = new int[0];
  private int size;
  private @Nullable String[] mendedProperties = new String[0];
  private short @Nullable [] table;
  private boolean whole = true;
  private int invalid;
  private int overLimit;

  private BaggageParser(String text, int maxMembers, int maxBytes) {
    // Valid only as white space, and gRPC's metadata has no place for it.
    this.text = text.replace('\t', ' ');
    this.maxMembers = maxMembers;
    this.end = endOfWholeMembers(text, maxBytes);
    if (end < text.length()) {
      overLimit = 1;
      whole = false;
    }
  }

  /**
   * Returns the members that {@code lines} hold.
   *
   * @param lines the header's lines, in the order of the request
   * @param maxMembers how many distinct names are kept, from the first on; at most 8192
   * @param maxBytes how much of the joined lines is read; 0 or more
   */
  public static Members parse(List<String> lines, int maxMembers, int maxBytes) {
    String text = join(lines, maxBytes);
    return text.isEmpty() ? Members.NONE : new BaggageParser(text, maxMembers, maxBytes).parse();
  }

  /** Returns the valid ones of the properties in {@code text}, joined by {@code ;}; or "". */
  public static String properties(String text) {
    if (text.isEmpty()) {
      return text;
    }
    // A comma would begin another member here; a quote is as invalid, and begins nothing.
    String member = "p=;" + text.replace(',', '"');
    return new BaggageParser(member, 1, Integer.MAX_VALUE).parse().properties(0);
  }

  /** Joins no more than one byte over the limit: enough to see where the last member ends. */
  private static String join(List<String> lines, int maxBytes) {
    if (lines.size() == 1) {
      return head(lines.get(0), maxBytes + 1);
    }
    StringBuilder joined = new StringBuilder();
    for (String line : lines) {
      if (joined.length() > maxBytes) {
        break;
      }
      joined.append(joined.length() == 0 ? "" : ",");
      joined.append(line, 0, Math.min(line.length(), maxBytes + 1));
    }
    return head(joined.toString(), maxBytes + 1);
  }

  private static String head(String line, int bytes) {
    return line.length() <= bytes ? line : line.substring(0, bytes);
  }

  private static int endOfWholeMembers(String text, int maxBytes) {
    if (text.length() <= maxBytes) {
      return text.length();
    }
    return Math.max(0, text.lastIndexOf(',', maxBytes));
  }

  private Members parse() {
    do {
      member(); // Stops at the comma behind it: the one place where the next can begin.
    } while (skip(','));
    return new Members(text, index, size, mendedProperties, whole, invalid, overLimit);
  }

  private void member() {
    skipSpace();
    if (isAtEndOfMember()) {
      whole = false; // An empty list-member: tolerated, not counted, not passed on.
      return;
    }
    int nameStart = at;
    int hash = skipToken();
    int nameEnd = at;
    skipSpace();
    if (nameStart == nameEnd || !skip('=')) {
      skipInvalid();
      return;
    }
    skipSpace();
    int valueStart = at;
    int escapes = skipValue();
    int valueEnd = at;
    skipSpace();
    if (escapes < 0 || !isAtEndOfProperty()) {
      skipInvalid();
      return;
    }
    int member = place(hash, nameStart, nameEnd);
    if (member < 0) {
      overLimit++;
      whole = false;
      skipToMemberEnd();
      return;
    }
    int row = member * Members.STRIDE;
    index[row + Members.NAME_HASH] = hash;
    index[row + Members.NAME_START] = nameStart;
    index[row + Members.NAME_END] = nameEnd;
    index[row + Members.VALUE_START] = valueStart;
    index[row + Members.VALUE_END] = valueEnd;
    index[row + Members.ESCAPED] = escapes;
    properties(member);
  }

  /** Reads {@code *( OWS ";" OWS property )}, keeping the valid ones. */
  private void properties(int member) {
    int start = at;
    int validEnd = at;
    StringBuilder mended = null;
    while (skip(';')) {
      skipSpace();
      int propertyStart = at;
      int propertyEnd = skipProperty();
      if (propertyEnd < 0) {
        mended = mended != null ? mended : new StringBuilder(text.substring(start, validEnd));
        skipToPropertyEnd();
      } else if (mended != null) {
        mended.append(mended.length() == 0 ? "" : ";").append(text, propertyStart, propertyEnd);
      } else {
        start = start == validEnd ? propertyStart : start;
        validEnd = propertyEnd;
      }
    }
    index[member * Members.STRIDE + Members.PROPERTIES_START] = start;
    index[member * Members.STRIDE + Members.PROPERTIES_END] = validEnd;
    mend(member, mended == null ? null : mended.toString());
  }

  private void mend(int member, @Nullable String properties) {
    if (properties != null && member >= mendedProperties.length) {
      mendedProperties = Arrays.copyOf(mendedProperties, maxMembers);
    }
    if (member < mendedProperties.length) {
      mendedProperties[member] = properties;
    }
    whole &= properties == null;
  }

  /** Returns the end of the valid property that starts here, or -1 if there is none. */
  private int skipProperty() {
    int nameStart = at;
    skipToken();
    int propertyEnd = at;
    boolean valid = propertyEnd > nameStart;
    skipSpace();
    if (valid && skip('=')) {
      propertyEnd = at;
      skipSpace();
      int valueStart = at;
      valid = skipValue() >= 0;
      propertyEnd = at == valueStart ? propertyEnd : at; // No space behind an empty value.
      skipSpace();
    }
    return valid && isAtEndOfProperty() ? propertyEnd : -1;
  }

  /** Returns where the member of this name goes: over an earlier one, behind all, or -1. */
  private int place(int hash, int nameStart, int nameEnd) {
    int earlier = find(hash, nameStart, nameEnd);
    if (earlier >= 0) {
      whole = false;
      return earlier;
    }
    if (size == maxMembers) {
      return -1;
    }
    if (size * Members.STRIDE == index.length) {
      index = Arrays.copyOf(index, rows() * Members.STRIDE);
    }
    if (table != null) {
      enter(table, hash, size);
    }
    return size++;
  }

  /** Returns for how many members there should be room: a guess, and then always twice as many. */
  private int rows() {
    int guess = Math.min(maxMembers, text.length() / CHARS_OF_A_MEMBER + 1);
    return size == 0 ? guess : size * 2;
  }

  private int find(int hash, int nameStart, int nameEnd) {
    if (size > MEMBERS_WITHOUT_TABLE) {
      return findInTable(hash, nameStart, nameEnd);
    }
    for (int i = 0; i < size; i++) {
      if (isSameName(i, hash, nameStart, nameEnd)) {
        return i;
      }
    }
    return -1;
  }

  /** A header of many tiny members would cost names times names without this. */
  private int findInTable(int hash, int nameStart, int nameEnd) {
    short[] slots = table;
    if (slots == null) {
      slots = table = new short[Integer.highestOneBit(maxMembers) * 4];
      for (int i = 0; i < size; i++) {
        enter(slots, index[i * Members.STRIDE + Members.NAME_HASH], i);
      }
    }
    for (int slot = slot(slots, hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      if (isSameName(slots[slot] - 1, hash, nameStart, nameEnd)) {
        return slots[slot] - 1;
      }
    }
    return -1;
  }

  private static void enter(short[] slots, int hash, int member) {
    int slot = slot(slots, hash);
    while (slots[slot] != 0) {
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = (short) (member + 1);
  }

  private static int slot(short[] slots, int hash) {
    // Names like k1, k2, k3 have hashes in a row, which must not lie in a row here.
    int mixed = hash * 0x9E3779B9;
    return (mixed ^ mixed >>> 16) & slots.length - 1;
  }

  private boolean isSameName(int member, int hash, int nameStart, int nameEnd) {
    int row = member * Members.STRIDE;
    int start = index[row + Members.NAME_START];
    return index[row + Members.NAME_HASH] == hash
        && index[row + Members.NAME_END] - start == nameEnd - nameStart
        && text.regionMatches(start, text, nameStart, nameEnd - nameStart);
  }

  private void skipInvalid() {
    invalid++;
    whole = false;
    skipToMemberEnd();
  }

  private boolean isAtEndOfMember() {
    return at >= end || text.charAt(at) == ',';
  }

  /** Returns whether what is here ends a value or a property. */
  private boolean isAtEndOfProperty() {
    return isAtEndOfMember() || text.charAt(at) == ';';
  }

  private void skipSpace() {
    while (at < end && Grammar.isSpace(text.charAt(at))) {
      at++;
    }
  }

  private boolean skip(char c) {
    if (at < end && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /** Skips a token and returns its {@link String#hashCode}. */
  private int skipToken() {
    int hash = 0;
    for (; at < end && Grammar.isToken(text.charAt(at)); at++) {
      hash = 31 * hash + text.charAt(at);
    }
    return hash;
  }

  /** Skips baggage-octets and returns how many escapes are among them, or -1 at a broken one. */
  private int skipValue() {
    int escapes = 0;
    for (; at < end && Grammar.isOctet(text.charAt(at)); at++) {
      if (text.charAt(at) == '%') {
        if (!Grammar.isEscape(text, at, end)) {
          return -1;
        }
        escapes++;
        at += 2;
      }
    }
    return escapes;
  }

  private void skipToMemberEnd() {
    while (!isAtEndOfMember()) {
      at++;
    }
  }

  private void skipToPropertyEnd() {
    while (!isAtEndOfProperty()) {
      at++;
    }
  }
}
