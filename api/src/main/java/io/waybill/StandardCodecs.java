package io.waybill;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The codecs behind the factories of {@link FieldCodec}. */
final class StandardCodecs {
  static final FieldCodec<String> STRING = of(Function.identity(), text -> text, "a string");
  static final FieldCodec<Long> INT64 =
      of(value -> Long.toString(value), StandardCodecs::int64, "a decimal 64-bit integer");
  static final FieldCodec<UUID> UUID =
      of(java.util.UUID::toString, StandardCodecs::uuid, "a UUID in lower case");

  private static final int MAX_INT64_CHARS = 20;
  private static final int UUID_CHARS = 36;

  private StandardCodecs() {}

  static <T> FieldCodec<T> of(
      Function<T, String> encode, Function<String, @Nullable T> decode, String expected) {
    return new Functions<>(
        requireNonNull(encode, "encode"),
        requireNonNull(decode, "decode"),
        requireNonNull(expected, "expected"));
  }

  static <E extends Enum<E>> FieldCodec<E> enumOf(Class<E> type) {
    Map<String, E> byName = new LinkedHashMap<>();
    for (E constant : requireNonNull(type, "type").getEnumConstants()) {
      byName.put(constant.name(), constant);
    }
    return of(Enum::name, byName::get, "one of " + byName.keySet());
  }

  static <T> FieldCodec<T> maxLength(FieldCodec<T> codec, int chars) {
    if (chars <= 0) {
      throw new IllegalArgumentException("chars: " + chars + " (expected: at least 1)");
    }
    return of(
        value -> {
          String text = codec.encode(value);
          if (text.length() > chars) {
            throw new IllegalArgumentException("length " + text.length());
          }
          return text;
        },
        text -> text.length() > chars ? null : codec.decode(text),
        codec.expected() + " of at most " + chars + " chars");
  }

  /** Accepts one text for each number only: two texts for one id would be two ids elsewhere. */
  private static @Nullable Long int64(String text) {
    if (text.isEmpty() || text.length() > MAX_INT64_CHARS) {
      return null;
    }
    try {
      long value = Long.parseLong(text);
      return Long.toString(value).equals(text) ? value : null;
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  private static @Nullable UUID uuid(String text) {
    if (text.length() != UUID_CHARS) {
      return null;
    }
    try {
      UUID value = java.util.UUID.fromString(text);
      return value.toString().equals(text) ? value : null;
    } catch (IllegalArgumentException notAUuid) {
      return null;
    }
  }

  private record Functions<T>(
      Function<T, String> encoder, Function<String, @Nullable T> decoder, String expected)
      implements FieldCodec<T> {
    @Override
    public String encode(T value) {
      return encoder.apply(value);
    }

    @Override
    public @Nullable T decode(String text) {
      return decoder.apply(text);
    }

    @Override
    public String toString() {
      return expected;
    }
  }
}
