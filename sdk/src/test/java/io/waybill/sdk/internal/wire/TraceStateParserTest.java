package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** W3C Trace Context Level 2, §3.3: what is read, and what is discarded whole. */
public class TraceStateParserTest {

  private static String members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "k" + i + "=" + i)
        .collect(Collectors.joining(","));
  }

  public static Stream<Arguments> cases() {
    String all = "0123456789abcdefghijklmnopqrstuvwxyz_-*/@";
    String value =
        IntStream.rangeClosed(0x21, 0x7E)
            .filter(c -> c != ',' && c != '=')
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    return Stream.of(
        arguments("one", List.of("foo=1"), "foo=1"),
        arguments("several", List.of("foo=1,bar=2,baz=3"), "foo=1,bar=2,baz=3"),
        arguments("lines in order, §3.3.1", List.of("foo=1", "bar=2,baz=3"), "foo=1,bar=2,baz=3"),
        arguments("three lines", List.of("foo=1", "", "bar=2"), "foo=1,bar=2"),
        arguments("empty line", List.of(""), null),
        arguments("empty members", List.of("foo=1,,bar=2, ,"), "foo=1,bar=2"),
        arguments("white space", List.of("foo=1 \t , \t bar=2, \t baz=3"), "foo=1,bar=2,baz=3"),
        arguments("space inside a value", List.of("foo=a b"), "foo=a b"),
        arguments("same key: the first", List.of("foo=1,foo=2"), "foo=1"),
        arguments("same key on two lines", List.of("foo=1", "foo=2,bar=3"), "foo=1,bar=3"),
        arguments("all key characters", List.of("a" + all + "=1"), "a" + all + "=1"),
        arguments("key that is a digit, Level 2", List.of("0=1"), "0=1"),
        arguments("key with several @, Level 2", List.of("foo@bar@baz=1"), "foo@bar@baz=1"),
        arguments("key ending in @, Level 2", List.of("foo@=1"), "foo@=1"),
        arguments(
            "long tenant, Level 2", List.of("t".repeat(242) + "@v=1"), "t".repeat(242) + "@v=1"),
        arguments("key beginning with @", List.of("@foo=1,bar=2"), null),
        arguments("key with a space", List.of("foo =1"), null),
        arguments("key in upper case", List.of("FOO=1"), null),
        arguments("key with a dot", List.of("foo.bar=1"), null),
        arguments("empty key", List.of("=1"), null),
        arguments("no value, no =", List.of("foo"), null),
        arguments("empty value", List.of("foo="), null),
        arguments("= in a value", List.of("foo=bar=baz"), null),
        arguments("one bad member costs all", List.of("foo=1,bar=,baz=3"), null),
        arguments("one bad line costs all", List.of("foo=1", "BAR=2"), null),
        arguments("all value characters", List.of("a=" + value), "a=" + value),
        arguments("value not ASCII", List.of("a=é"), null),
        arguments("value with DEL", List.of("a=\u007f"), null),
        arguments("value with a line feed", List.of("a=b\nc"), null),
        arguments("key of 256", List.of("k".repeat(256) + "=1"), "k".repeat(256) + "=1"),
        arguments("key of 257", List.of("k".repeat(257) + "=1"), null),
        arguments("value of 256", List.of("k=" + "v".repeat(256)), "k=" + "v".repeat(256)),
        arguments("value of 257", List.of("k=" + "v".repeat(257)), null),
        arguments("32 members", List.of(members(32)), members(32)),
        arguments("33 members", List.of(members(33)), null),
        arguments("33 members on two lines", List.of(members(32), "more=1"), null),
        arguments("8192 chars of all lines", List.of("a=1", " ".repeat(8188)), "a=1"),
        arguments("8193 chars of all lines", List.of("a=1", " ".repeat(8189)), null),
        arguments("more than is read", List.of("a=1," + " ".repeat(8192)), null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void parse_asMuchAsIsValid(String ignoredName, List<String> lines, @Nullable String members) {
    String joined = TraceStateParser.join(lines.iterator());
    String parsed =
        TraceStateParser.parse(joined == null ? "" : joined).entrySet().stream()
            .map(member -> member.getKey() + "=" + member.getValue())
            .collect(Collectors.joining(","));

    assertThat(parsed).isEqualTo(members == null ? "" : members);
  }
}
