package io.waybill.sdk.wire;

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

  /** No members at all. */
  public static final Members NONE = new Members("", new int[0], 0, new String[0], true, 0, 0);

  // What the index holds of each member.
  static final int NAME_HASH = 0;
  static final int NAME_START = 1;
  static final int NAME_END = 2;
  static final int VALUE_START = 3;
  static final int VALUE_END = 4;
  static final int ESCAPED = 5;
  static final int PROPERTIES_START = 6;
  static final int PROPERTIES_END = 7;
  static final int STRIDE = 8;

  private final String text;
  private final int[] index;
  private final int size;
  private final @Nullable String[] mendedProperties;
  private final boolean whole;
  private final int invalid;
  private final int overLimit;

  Members(
      String text,
      int[] index,
      int size,
      @Nullable String[] mendedProperties,
      boolean whole,
      int invalid,
      int overLimit) {
    this.text = text;
    this.index = index;
    this.size = size;
    this.mendedProperties = mendedProperties;
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

  /** Returns the {@link String#hashCode} of the name of member {@code i}. */
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
    int hash = name.hashCode();
    for (int i = 0; i < size; i++) {
      if (nameHash(i) == hash && isNamed(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the decoded value of member {@code i}; octets that are not UTF-8 become U+FFFD. */
  public String value(int i) {
    int start = at(i, VALUE_START);
    int end = at(i, VALUE_END);
    return isEscaped(i) ? PercentCodec.decode(text, start, end) : text.substring(start, end);
  }

  /** Returns whether the decoded octets of the value of member {@code i} are UTF-8. */
  public boolean isUtf8(int i) {
    return !isEscaped(i) || PercentCodec.isUtf8(text, at(i, VALUE_START), at(i, VALUE_END));
  }

  /** Returns the properties of member {@code i}, still encoded and joined by {@code ;}; or "". */
  public String properties(int i) {
    String mended = i < mendedProperties.length ? mendedProperties[i] : null;
    return mended != null ? mended : text.substring(at(i, PROPERTIES_START), at(i, PROPERTIES_END));
  }

  /** Appends member {@code i} with its name, value and properties as received. */
  void appendTo(StringBuilder to, int i) {
    to.append(text, at(i, NAME_START), at(i, NAME_END)).append('=');
    to.append(text, at(i, VALUE_START), at(i, VALUE_END));
    BaggageFormatter.appendProperties(properties(i), to);
  }

  /** Returns how many members there are, and no value. */
  @Override
  public String toString() {
    return "Members[" + size + "]";
  }

  private boolean isEscaped(int i) {
    return at(i, ESCAPED) != 0;
  }

  private int at(int i, int what) {
    return index[i * STRIDE + what];
  }
}
