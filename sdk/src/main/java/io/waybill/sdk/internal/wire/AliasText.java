package io.waybill.sdk.internal.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may stand in a header that is an alias of a field: nothing that breaks a line or a log. */
public final class AliasText {
  /** The length of a value; and the lines that it may come in, since empty ones cost as well. */
  public static final int MOST_CHARS = 1024;

  private AliasText() {}

  /**
   * Returns whether {@code text} is printable ASCII, without spaces around it.
   *
   * @param list whether its commas are its own; else they part lines that a proxy has joined (RFC
   *     9110 §5.3)
   */
  public static boolean isValid(String text, boolean list) {
    return text.length() <= MOST_CHARS && isPrintable(text) && (list || text.indexOf(',') < 0);
  }

  /** Returns whether {@code text} can be the value of any header, however long. */
  public static boolean isPrintable(String text) {
    return !text.isEmpty()
        && text.charAt(0) != ' '
        && text.charAt(text.length() - 1) != ' '
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /**
   * Returns the lines of a list as the one that they stand for; empty, which is none, if they are
   * more or longer than any that is valid.
   */
  public static String join(List<@Nullable String> lines) {
    StringBuilder all = new StringBuilder();
    if (lines.size() > MOST_CHARS) {
      return "";
    }
    for (String line : lines) {
      if (line != null && !line.isEmpty()) {
        if (all.length() + line.length() > MOST_CHARS) {
          return "";
        }
        all.append(all.isEmpty() ? "" : ", ").append(line);
      }
    }
    return all.toString();
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
