package io.waybill;

import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a value becomes text for the wire, and text a value.
 *
 * <p><b>Shape.</b> The text is decoded text: percent-encoding is the wire's business. It must be
 * well-formed Unicode; Waybill refuses a lone surrogate.
 *
 * <p><b>Errors.</b> {@link #encode} runs where a user sets a value and may throw; Waybill then
 * throws an {@link IllegalArgumentException} that names the field and {@link #expected}, never the
 * value. {@link #decode} runs on bytes from the network, where nothing may throw: return null for a
 * text you refuse. If it throws all the same, that counts as a refusal.
 *
 * <p><b>Threading.</b> Called from many threads at once; implementations hold no state.
 *
 * @param <T> the type of the value; immutable, since one instance is shared by a whole request
 */
public interface FieldCodec<T> {

  /**
   * Returns the text of {@code value}.
   *
   * @throws IllegalArgumentException if the value has no text within the limits of this codec
   */
  String encode(T value);

  /** Returns the value of {@code text}, or null if the text is none that this codec accepts. */
  @Nullable T decode(String text);

  /** Returns what this codec accepts, for error messages: {@code "a string of 1 to 8 chars"}. */
  String expected();

  /** Returns the codec of any well-formed string, the empty one included. */
  static FieldCodec<String> string() {
    return StandardCodecs.STRING;
  }

  /** Returns the codec of a decimal 64-bit integer: {@code "-17"}, but not {@code "+17"}, "017". */
  static FieldCodec<Long> int64() {
    return StandardCodecs.INT64;
  }

  /** Returns the codec of a UUID in its 36-character lower-case form; upper case is refused. */
  static FieldCodec<UUID> uuid() {
    return StandardCodecs.UUID;
  }

  /** Returns the codec of an enum's constants by {@link Enum#name()}, case-sensitive. */
  static <E extends Enum<E>> FieldCodec<E> enumOf(Class<E> type) {
    return StandardCodecs.enumOf(type);
  }

  /** Returns a codec of two functions; {@code decode} returns null for a text that it refuses. */
  static <T> FieldCodec<T> of(
      Function<T, String> encode, Function<String, @Nullable T> decode, String expected) {
    return StandardCodecs.of(encode, decode, expected);
  }

  /**
   * Returns this codec, accepting only texts of at most {@code chars} UTF-16 units, both ways.
   *
   * @throws IllegalArgumentException if {@code chars} is not positive
   */
  default FieldCodec<T> maxLength(int chars) {
    return StandardCodecs.maxLength(this, chars);
  }
}
