package io.waybill.sdk.internal.configuration;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks settings up by key, and says which key is wrong. */
final class Settings {
  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final Function<String, @Nullable String> properties;

  /**
   * Creates a look-up.
   *
   * @param properties returns the text of a key, {@code waybill.peers}, or null
   */
  Settings(Function<String, @Nullable String> properties) {
    this.properties = properties;
  }

  /** Returns the text of {@code key} without blanks around it, or null where there is none. */
  @Nullable String text(String key) {
    String text = properties.apply(key);
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Returns the elements of {@code key}, which stand between commas; none where it is absent. */
  List<String> list(String key) {
    String text = text(key);
    return text == null
        ? List.of()
        : COMMA.splitAsStream(text).map(String::strip).filter(e -> !e.isEmpty()).toList();
  }

  /** Returns the words of {@code text}; a blank one has one, which is empty. */
  static List<String> words(String text) {
    return BLANKS.splitAsStream(text.strip()).toList();
  }

  /** Returns the constant of {@code type} that {@code text} names, in whatever case. */
  static <E extends Enum<E>> @Nullable E named(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
        return constant;
      }
    }
    return null;
  }

  /**
   * Returns what {@code parse} makes of {@code text}; what it throws names the key and the text.
   */
  static <T> T parsed(String key, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(
          key + ": \"" + text + "\": " + refused.getMessage(), refused);
    }
  }

  static IllegalArgumentException wrong(String key, String text, String expected) {
    return new IllegalArgumentException(key + ": \"" + text + "\" (expected: " + expected + ")");
  }
}
