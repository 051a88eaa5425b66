package io.waybill.sdk.internal.wire;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of one request's baggage: the received text, and an index of where in it each member
 * lies. Nothing is copied or decoded before somebody asks.
 *
 * <p><b>Shape.</b> Members have distinct names. Names are as received, case-sensitive; values and
 * properties are valid by the grammar.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class Members {

  static final char[] NO_INDEX = {};
  static final String[] NO_PROPERTIES = {};

  /** No members at all. */
  public static final Members NONE = new Members("", NO_INDEX, 0, NO_PROPERTIES, null, true, 0, 0);

  // What the index holds of each member: positions in a text of at most 65,535 chars.
  static final int NAME_HASH = 0;
  static final int NAME_START = 1;
  static final int NAME_END = 2;
  static final int VALUE_START = 3;
  static final int VALUE_END = 4;
  static final int DECODED_LENGTH = 5;
  static final int PROPERTIES_START = 6;
  static final int PROPERTIES_END = 7;
  static final int STRIDE = 8;

  private final String text;
  private final char[] index;
  private final int size;
  private final @Nullable String[] mendedProperties;
  private final @Nullable BitSet differing;
  private final boolean whole;
  private final int invalid;
  private final int overLimit;

  Members(
      String text,
      char[] index,
      int size,
      @Nullable String[] mendedProperties,
      @Nullable BitSet differing,
      boolean whole,
      int invalid,
      int overLimit) {
    this.text = text;
    this.index = index;
    this.size = size;
    this.mendedProperties = mendedProperties;
    this.differing = differing;
    this.whole = whole;
    this.invalid = invalid;
    this.overLimit = overLimit;
  }

  /** Returns how many members there are. */
  public int size() {
    return size;
  }

  /** Returns how many list-members were skipped because they are not valid. */
  public int invalid() {
    return invalid;
  }

  /**
   * Returns how many list-members were left out by the limits; what lies beyond the byte limit is
   * not read and counts as one.
   */
  public int overLimit() {
    return overLimit;
  }

  /** Returns the received text if it holds these members and nothing else; else null. */
  public @Nullable String text() {
    return whole ? text : null;
  }

  /** Returns the name of member {@code i}. */
  public String name(int i) {
    return text.substring(at(i, NAME_START), at(i, NAME_END));
  }

  /**
   * Returns a hash of {@code name}, as {@link #nameHash(int)} has it of a member: 16 bits, others
   * in each process.
   */
  public static int nameHash(String name) {
    return NameHash.of(name);
  }

  /** Returns the {@link #nameHash(String)} of the name of member {@code i}. */
  public int nameHash(int i) {
    return at(i, NAME_HASH);
  }

  /** Returns whether {@code name} is the name of member {@code i}. */
  public boolean isNamed(int i, String name) {
    int start = at(i, NAME_START);
    return name.length() == at(i, NAME_END) - start && text.startsWith(name, start);
  }

  /** Returns the member named {@code name}, or -1. */
  public int indexOf(String name) {
    int hash = nameHash(name);
    for (int i = 0; i < size; i++) {
      if (nameHash(i) == hash && isNamed(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns whether member {@code i} came in more than once, and not with one value. */
  public boolean isDisputed(int i) {
    return differing != null && differing.get(i);
  }

  /** Returns the decoded value of member {@code i}; octets that are not UTF-8 become U+FFFD. */
  public String value(int i) {
    int start = at(i, VALUE_START);
    int end = at(i, VALUE_END);
    return isEscaped(i)
        ? PercentCodec.decode(text, start, end, at(i, DECODED_LENGTH))
        : text.substring(start, end);
  }

  /** Returns the decoded value of member {@code i}, or null if its octets are not UTF-8. */
  public @Nullable String valueOrNull(int i) {
    int start = at(i, VALUE_START);
    int end = at(i, VALUE_END);
    return isEscaped(i)
        ? PercentCodec.decodeOrNull(text, start, end, at(i, DECODED_LENGTH))
        : text.substring(start, end);
  }

  /** Returns the properties of member {@code i}, still encoded and joined by {@code ;}; or "". */
  public String properties(int i) {
    String mended = mended(i);
    return mended != null ? mended : text.substring(at(i, PROPERTIES_START), at(i, PROPERTIES_END));
  }

  /** Returns how many bytes member {@code i} takes as received, a comma behind it included. */
  public int length(int i) {
    String mended = mended(i);
    int properties =
        mended != null ? mended.length() : at(i, PROPERTIES_END) - at(i, PROPERTIES_START);
    return at(i, NAME_END)
        - at(i, NAME_START)
        + at(i, VALUE_END)
        - at(i, VALUE_START)
        + "=,".length()
        + (properties == 0 ? 0 : ";".length() + properties);
  }

  /**
   * Copies member {@code i} as received, its name, value and properties, to {@code line[at]} on;
   * returns where it ends.
   */
  int copyTo(byte[] line, int at, int i) {
    int end = copy(at(i, NAME_START), at(i, NAME_END), line, at);
    line[end++] = '=';
    end = copy(at(i, VALUE_START), at(i, VALUE_END), line, end);
    String properties = properties(i);
    if (!properties.isEmpty()) {
      line[end++] = ';';
      copyAscii(properties, 0, properties.length(), line, end);
    }
    return properties.isEmpty() ? end : end + properties.length();
  }

  private int copy(int start, int end, byte[] line, int at) {
    copyAscii(text, start, end, line, at);
    return at + end - start;
  }

  @SuppressWarnings("deprecation") // right for ASCII, and several times as fast as chars one by one
  private static void copyAscii(String ascii, int start, int end, byte[] line, int at) {
    ascii.getBytes(start, end, line, at);
  }

  /** Returns how many members there are, and no value. */
  @Override
  public String toString() {
    return "Members[" + size + "]";
  }

  private @Nullable String mended(int i) {
    return i < mendedProperties.length ? mendedProperties[i] : null;
  }

  private boolean isEscaped(int i) {
    return at(i, DECODED_LENGTH) != at(i, VALUE_END) - at(i, VALUE_START);
  }

  private int at(int i, int what) {
    return index[i * STRIDE + what];
  }
}
