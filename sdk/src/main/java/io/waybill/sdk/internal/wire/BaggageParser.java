package io.waybill.sdk.internal.wire;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
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
  /** The name of the header, in lower case as all are compared. */
  public static final String HEADER = "baggage";

  private static final int MEMBERS_WITHOUT_TABLE = 8;
  // The index has 16 bits for a position.
  private static final int MOST_BYTES = 0xFFFF;

  private final String text;
  private final int end;
  private final int maxMembers;
  private int at;

  private char[] index = Members.NO_INDEX;
  private int size;
  private @Nullable String[] mendedProperties = Members.NO_PROPERTIES;
  private short @Nullable [] table;
  private @Nullable BitSet differing;
  private boolean whole = true;
  private int invalid;
  private int overLimit;

  private BaggageParser(String text, int maxMembers, int maxBytes) {
    // Valid only as white space, and gRPC's metadata has no place for it. To look first is faster.
    this.text = text.indexOf('\t') < 0 ? text : text.replace('\t', ' ');
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
   * @param maxBytes how much of the joined lines is read; 0 to 65,535, more counts as that
   */
  public static Members parse(Iterator<String> lines, int maxMembers, int maxBytes) {
    int limit = Math.min(maxBytes, MOST_BYTES);
    // One byte over the limit: enough to see where the last member ends.
    String text = HeaderLines.join(lines, limit + 1);
    return text.isEmpty() ? Members.NONE : new BaggageParser(text, maxMembers, limit).parse();
  }

  /** As {@link #parse(Iterator, int, int)}. */
  public static Members parse(List<String> lines, int maxMembers, int maxBytes) {
    return parse(lines.iterator(), maxMembers, maxBytes);
  }

  /** Returns the valid ones of the properties in {@code text}, joined by {@code ;}; or "". */
  public static String properties(String text) {
    if (text.isEmpty()) {
      return text;
    }
    // A comma would begin another member here; a quote is as invalid, and begins nothing.
    Members parsed = parse(List.of("p=;" + text.replace(',', '"')), 1, MOST_BYTES);
    return parsed.size() == 0 ? "" : parsed.properties(0);
  }

  private static int endOfWholeMembers(String text, int maxBytes) {
    boolean fits = text.length() <= maxBytes;
    return fits ? text.length() : Math.max(0, text.lastIndexOf(',', maxBytes));
  }

  private Members parse() {
    do {
      member(); // Stops at the comma behind it: the one place where the next can begin.
    } while (skip(','));
    return new Members(text, index, size, mendedProperties, differing, whole, invalid, overLimit);
  }

  private void member() {
    skipSpace();
    if (isAtEndOfMember()) {
      whole = false; // An empty list-member: tolerated, not counted, not passed on.
      return;
    }
    int nameStart = at;
    char hash = NameHash.spread(skipToken());
    int nameEnd = at;
    skipSpace();
    if (nameStart == nameEnd || !skip('=')) {
      skipInvalid();
      return;
    }
    skipSpace();
    int valueStart = at;
    int length = skipValue();
    int valueEnd = at;
    skipSpace();
    if (length < 0 || !isAtEndOfProperty()) {
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
    if (index[row + Members.NAME_END] != 0) {
      compare(row, valueStart, valueEnd, length);
    }
    index[row + Members.NAME_HASH] = hash;
    index[row + Members.NAME_START] = (char) nameStart;
    index[row + Members.NAME_END] = (char) nameEnd;
    index[row + Members.VALUE_START] = (char) valueStart;
    index[row + Members.VALUE_END] = (char) valueEnd;
    index[row + Members.DECODED_LENGTH] = (char) length;
    properties(member);
  }

  /** Notes a value that says something else than that of the same name before. */
  private void compare(int row, int valueStart, int valueEnd, int length) {
    int start = index[row + Members.VALUE_START];
    int end = index[row + Members.VALUE_END];
    boolean sameLength = index[row + Members.DECODED_LENGTH] == length;
    if (!sameLength || !PercentCodec.isSame(text, start, end, valueStart, valueEnd, length)) {
      differing = differing == null ? new BitSet() : differing;
      differing.set(row / Members.STRIDE);
    }
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
    index[member * Members.STRIDE + Members.PROPERTIES_START] = (char) start;
    index[member * Members.STRIDE + Members.PROPERTIES_END] = (char) validEnd;
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
  private int place(char hash, int nameStart, int nameEnd) {
    int earlier = find(hash, nameStart, nameEnd);
    if (earlier >= 0) {
      whole = false;
      return earlier;
    }
    if (size == maxMembers) {
      return -1;
    }
    if (size * Members.STRIDE == index.length) {
      makeRoom();
    }
    if (table != null) {
      enter(table, hash, size);
    }
    return size++;
  }

  /** Makes room for a few members, as many as there are commas for; then for twice as many. */
  private void makeRoom() {
    int few = 1 + Grammar.commas(text, at, MEMBERS_WITHOUT_TABLE - 1);
    int rows = Math.min(size == 0 ? few : size * 2, maxMembers);
    index = Arrays.copyOf(index, rows * Members.STRIDE);
    // A header of many tiny members would cost names times names without this.
    if (rows > MEMBERS_WITHOUT_TABLE) {
      table = new short[Integer.highestOneBit(rows) * 4];
      for (int i = 0; i < size; i++) {
        enter(table, index[i * Members.STRIDE + Members.NAME_HASH], i);
      }
    }
  }

  private int find(char hash, int nameStart, int nameEnd) {
    short[] slots = table;
    if (slots == null) {
      int i = size - 1;
      while (i >= 0 && !isSameName(i, hash, nameStart, nameEnd)) {
        i--;
      }
      return i;
    }
    int slot = hash & slots.length - 1;
    while (slots[slot] != 0 && !isSameName(slots[slot] - 1, hash, nameStart, nameEnd)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slots[slot] - 1;
  }

  private static void enter(short[] slots, char hash, int member) {
    int slot = hash & slots.length - 1;
    while (slots[slot] != 0) {
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = (short) (member + 1);
  }

  private boolean isSameName(int member, char hash, int nameStart, int nameEnd) {
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
    return at >= end || Grammar.at(text, at) == ',';
  }

  /** Returns whether what is here ends a value or a property. */
  private boolean isAtEndOfProperty() {
    return isAtEndOfMember() || Grammar.at(text, at) == ';';
  }

  private void skipSpace() {
    while (at < end && Grammar.at(text, at) == ' ') { // Tabs are spaces by now.
      at++;
    }
  }

  private boolean skip(char c) {
    if (at < end && Grammar.at(text, at) == c) {
      at++;
      return true;
    }
    return false;
  }

  // The loops run over a local variable: the JIT compiler writes a field each time.

  /** Skips a token and returns its hash, not spread yet. */
  private int skipToken() {
    int hash = 0;
    int i = at;
    for (; i < end && Grammar.isToken(Grammar.at(text, i)); i++) {
      hash = NameHash.with(hash, Grammar.at(text, i));
    }
    at = i;
    return hash;
  }

  /** Skips baggage-octets and returns how many chars they stand for, or -1 at a broken escape. */
  private int skipValue() {
    int chars = 0;
    while (true) {
      int start = at;
      at = Grammar.skipPlain(text, start, end);
      chars += at - start;
      if (at >= end || Grammar.at(text, at) != '%') {
        return chars;
      }
      int octet = at + 2 < end ? Grammar.octet(text, at) : -1;
      if (octet < 0) {
        return -1;
      }
      chars += PercentCodec.chars(octet);
      at += 3;
    }
  }

  private void skipToMemberEnd() {
    int i = at;
    while (i < end && Grammar.at(text, i) != ',') {
      i++;
    }
    at = i;
  }

  private void skipToPropertyEnd() {
    while (!isAtEndOfProperty()) {
      at++;
    }
  }
}
