package io.waybill.sdk;

/** What may stand in a header that is an alias of a field: nothing that breaks a line or a log. */
final class AliasText {
  private static final int MOST_CHARS = 1024;

  private AliasText() {}

  /** Returns whether {@code text} is printable ASCII, without spaces around it. */
  static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_CHARS
        && text.charAt(0) != ' '
        && text.charAt(text.length() - 1) != ' '
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
