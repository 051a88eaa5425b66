package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Value to text and back; a text that is refused is null, never an exception. */
class FieldCodecTest {
  private enum Plan {
    FREE,
    GOLD {
      @Override
      public String toString() {
        return "Gold!";
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "u-17", "a,b;c=%d\\\"", "\r\n\0", "é\uD83D\uDE9A", "\uFFFD"})
  void string_anyText(String text) {
    assertThat(FieldCodec.string().encode(text)).isEqualTo(text);
    assertThat(FieldCodec.string().decode(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 17, -17, Long.MAX_VALUE, Long.MIN_VALUE})
  void int64_both(long value) {
    assertThat(FieldCodec.int64().decode(FieldCodec.int64().encode(value))).isEqualTo(value);
    assertThat(FieldCodec.int64().encode(value)).isEqualTo(Long.toString(value));
  }

  /** One text for each number: two texts for one id would be two ids for another service. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+17",
        "017",
        "-0",
        "00",
        " 17",
        "17 ",
        "1_7",
        "17L",
        "0x11",
        "1e3",
        "1.0",
        "١٧",
        "１７",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
        "NaN",
        "null",
        "\0"
      })
  void int64_refused(String text) {
    assertThat(FieldCodec.int64().decode(text)).isNull();
  }

  @Test
  void int64_endlessText_isRefused() {
    assertThat(FieldCodec.int64().decode("1".repeat(1 << 20))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "123e4567-e89b-12d3-a456-426614174000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff"
      })
  void uuid_both(String text) {
    assertThat(FieldCodec.uuid().decode(text)).isEqualTo(UUID.fromString(text));
    assertThat(FieldCodec.uuid().encode(UUID.fromString(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "123E4567-E89B-12D3-A456-426614174000",
        "123e4567e89b12d3a456426614174000",
        "{123e4567-e89b-12d3-a456-426614174000}",
        "123e4567-e89b-12d3-a456-42661417400",
        "123e4567-e89b-12d3-a456-4266141740000",
        "123e4567-e89b-12d3-a456-42661417400g",
        "123e4567--e89b-12d3-a456-42661417400",
        "0123e4567-e89b-12d3-a456-42661417400",
        "123e4567-e89b-12d3-a456-+42661417400",
        "------------------------------------"
      })
  void uuid_refused(String text) {
    assertThat(FieldCodec.uuid().decode(text)).isNull();
  }

  @Test
  void enumOf_byName() {
    FieldCodec<Plan> codec = FieldCodec.enumOf(Plan.class);

    assertThat(codec.encode(Plan.GOLD)).isEqualTo("GOLD");
    assertThat(codec.decode("GOLD")).isEqualTo(Plan.GOLD);
    assertThat(codec.decode("FREE")).isEqualTo(Plan.FREE);
    assertThat(codec.expected()).isEqualTo("one of [FREE, GOLD]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gold", "Gold!", " GOLD", "GOLD ", "1", "PLATINUM"})
  void enumOf_refused(String text) {
    assertThat(FieldCodec.enumOf(Plan.class).decode(text)).isNull();
  }

  @Test
  void maxLength_bothWays() {
    FieldCodec<String> codec = FieldCodec.string().maxLength(3);

    assertThat(codec.encode("abc")).isEqualTo("abc");
    assertThat(codec.decode("abc")).isEqualTo("abc");
    assertThat(codec.decode("abcd")).isNull();
    assertThat(codec.expected()).isEqualTo("a string of at most 3 chars");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.encode("secret"))
        .withMessage("length 6");
  }

  @Test
  void maxLength_countsUtf16Units() {
    assertThat(FieldCodec.string().maxLength(1).decode("\uD83D\uDE9A")).isNull();
    assertThat(FieldCodec.string().maxLength(2).decode("\uD83D\uDE9A")).isNotNull();
  }

  @Test
  void maxLength_ofAnotherType() {
    FieldCodec<Long> codec = FieldCodec.int64().maxLength(2).maxLength(5);

    assertThat(codec.decode("17")).isEqualTo(17);
    assertThat(codec.decode("170")).isNull();
    assertThat(codec.decode("-")).isNull();
    assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(170L));
  }

  @Test
  void maxLength_tooLong_isNotDecoded() {
    FieldCodec<String> fragile =
        FieldCodec.of(
            value -> value,
            text -> {
              throw new AssertionError(text);
            },
            "nothing");

    assertThat(fragile.maxLength(3).decode("abcd")).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void maxLength_notPositive_throws(int chars) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldCodec.string().maxLength(chars))
        .withMessage("chars: " + chars + " (expected: at least 1)");
  }

  @Test
  void of_twoFunctions() {
    FieldCodec<Character> codec =
        FieldCodec.of(
            String::valueOf, text -> text.length() == 1 ? text.charAt(0) : null, "one character");

    assertThat(codec.encode('x')).isEqualTo("x");
    assertThat(codec.decode("x")).isEqualTo('x');
    assertThat(codec.decode("xy")).isNull();
    assertThat(codec.expected()).isEqualTo("one character");
    assertThat(codec).hasToString("one character");
  }

  @Test
  void of_null_throws() {
    assertThatNullPointerException()
        .isThrownBy(() -> FieldCodec.<String>of(null, text -> text, "x"))
        .withMessage("encode");
    assertThatNullPointerException()
        .isThrownBy(() -> FieldCodec.<String>of(value -> value, null, "x"))
        .withMessage("decode");
    assertThatNullPointerException()
        .isThrownBy(() -> FieldCodec.<String>of(value -> value, text -> text, null))
        .withMessage("expected");
    assertThatNullPointerException().isThrownBy(() -> FieldCodec.enumOf(null)).withMessage("type");
  }
}
