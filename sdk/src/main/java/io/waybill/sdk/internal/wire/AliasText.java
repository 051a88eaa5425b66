package io.waybill.sdk.internal.wire;

/** What may stand in a header that is an alias of a field: nothing that breaks a line or a log. */
public final class AliasText {
  private static final int MOST_CHARS = 1024;

  private AliasText() {}

  /** Returns whether {@code text} is printable ASCII, without spaces around it. */
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_CHARS
        && text.charAt(0) != ' '
        && text.charAt(text.length() - 1) != ' '
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /**
   * Returns whether {@code text} is made of baggage-octets (W3C Baggage §3.3.1.3), with {@code %}
   * for itself: visible ASCII that ends no list and no quotes.
   */
  public static boolean isBaggageOctets(String text) {
    for (int i = 0; i < text.length(); i++) {
      int c = Grammar.at(text, i);
      if (c != '%' && !Grammar.isPlain(c)) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
