package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Baggage §3.3.2: what must pass, what may be left out, and what that costs. */
class BaggageLimitsTest {
  private static final int MEBIBYTE = 1 << 20;

  private static String tiny(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "k" + i + "=" + i)
        .collect(Collectors.joining(","));
  }

  /** Returns 64 members of 128 bytes each with their commas, which is 8192 less the last comma. */
  private static String full() {
    return IntStream.range(0, 64)
        .mapToObj(i -> String.format("key%02d=", i) + "v".repeat(121))
        .collect(Collectors.joining(","));
  }

  @Test
  void parse_64MembersIn8192Bytes_allPass() {
    String header = full() + "v";
    assertThat(header).hasSize(8192);

    Members members = Wire.parse(header);

    assertThat(members.size()).isEqualTo(64);
    assertThat(members.overLimit()).isZero();
    assertThat(members.text()).isEqualTo(header);
    assertThat(copy(members)).isEqualTo(header);
  }

  @Test
  void parse_oneMemberOf8192Bytes_passes() {
    String header = "a=" + "0123456789".repeat(819);
    assertThat(header).hasSize(8192);

    Members members = Wire.parse(header);

    assertThat(members.text()).isEqualTo(header);
    assertThat(copy(members)).isEqualTo(header);
  }

  private static String copy(Members members) {
    BaggageFormatter formatter = Wire.formatter();
    for (int i = 0; i < members.size(); i++) {
      assertThat(formatter.add(members, i)).isTrue();
    }
    return formatter.text();
  }

  @Test
  void parse_65thMember_isLeftOut() {
    Members members = Wire.parse(tiny(0, 65));

    assertThat(members.size()).isEqualTo(64);
    assertThat(members.overLimit()).isEqualTo(1);
    assertThat(members.indexOf("k63")).isEqualTo(63);
    assertThat(members.indexOf("k64")).isEqualTo(-1);
    assertThat(members.text()).isNull();
  }

  @Test
  void parse_eachMemberOver64_counts() {
    assertThat(Wire.parse(tiny(0, 100)).overLimit()).isEqualTo(36);
  }

  @Test
  void parse_over64_invalidOnesCountAsInvalid() {
    Members members = Wire.parse(tiny(0, 64) + ",bad,k64=1,,k65=%");

    assertThat(members.overLimit()).isEqualTo(1);
    assertThat(members.invalid()).isEqualTo(2);
  }

  @Test
  void parse_over64_propertiesAreSkippedWithTheirMember() {
    Members members = Wire.parse(tiny(0, 64) + ",k64=1;p=2,k5=new,k65=1");

    assertThat(members.overLimit()).isEqualTo(2);
    assertThat(members.value(members.indexOf("k5"))).isEqualTo("new");
  }

  /** The limit is on distinct names, so the last one wins even behind it. */
  @Test
  void parse_over64_knownNamesAreStillRead() {
    Members members = Wire.parse(tiny(0, 65) + ",k5=new;p,k63=last");

    assertThat(members.size()).isEqualTo(64);
    assertThat(members.value(members.indexOf("k5"))).isEqualTo("new");
    assertThat(members.properties(members.indexOf("k5"))).isEqualTo("p");
    assertThat(members.value(members.indexOf("k63"))).isEqualTo("last");
    assertThat(members.overLimit()).isEqualTo(1);
  }

  @Test
  void parse_64MembersOverSeveralLines() {
    Members members = Wire.parse(tiny(0, 40), tiny(40, 80));

    assertThat(members.size()).isEqualTo(64);
    assertThat(members.overLimit()).isEqualTo(16);
  }

  @ParameterizedTest(name = "{0} of a=1,b=2,c=3")
  @CsvSource({
    "0, 0", "1, 0", "2, 0", "3, 1", "4, 1", "5, 1", "6, 1", "7, 2", "8, 2", "10, 2", "11, 3"
  })
  void parse_byteLimit_keepsLeadingWholeMembers(int maxBytes, int kept) {
    Members members = BaggageParser.parse(List.of("a=1,b=2,c=3"), 64, maxBytes);

    assertThat(Wire.describe(members)).isEqualTo(List.of("a=1", "b=2", "c=3").subList(0, kept));
    assertThat(members.overLimit()).isEqualTo(kept == 3 ? 0 : 1);
    assertThat(members.invalid()).isZero();
  }

  @ParameterizedTest(name = "{0} of three lines")
  @CsvSource({"2, 0", "3, 1", "6, 1", "7, 2", "10, 2", "11, 3"})
  void parse_byteLimit_countsAllLinesAndTheirCommas(int maxBytes, int kept) {
    Members members = BaggageParser.parse(List.of("a=1", "b=2", "c=3"), 64, maxBytes);

    assertThat(Wire.describe(members)).isEqualTo(List.of("a=1", "b=2", "c=3").subList(0, kept));
    assertThat(members.overLimit()).isEqualTo(kept == 3 ? 0 : 1);
  }

  /** A property that is cut off would change what the member says. */
  @Test
  void parse_byteLimit_insideOfProperties_dropsTheMember() {
    Members members = BaggageParser.parse(List.of("a=1,b=2;ttl=3600"), 64, 12);

    assertThat(Wire.describe(members)).containsExactly("a=1");
    assertThat(members.text()).isNull();
  }

  @Test
  void parse_8193Bytes_keepsTheOthers() {
    Members members = Wire.parse(full() + "vv");

    assertThat(members.size()).isEqualTo(63);
    assertThat(members.overLimit()).isEqualTo(1);
    assertThat(copy(members)).isEqualTo(full().substring(0, full().lastIndexOf(',')));
  }

  @Test
  void parse_noMembersAllowed() {
    Members members = BaggageParser.parse(List.of("a=1"), 0, 8192);

    assertThat(members.size()).isZero();
    assertThat(members.overLimit()).isEqualTo(1);
  }

  /** Limits.members goes up to 8192. */
  @ParameterizedTest
  @ValueSource(ints = {8, 9, 100, 1000, 8192})
  void parse_wideLimits(int most) {
    String header = tiny(0, most + 3).replaceAll("=[0-9]+", "=") + ",k7=again";

    Members members = BaggageParser.parse(List.of(header), most, 65_535);

    assertThat(members.size()).isEqualTo(most);
    assertThat(members.overLimit()).isEqualTo(3);
    assertThat(members.value(7)).isEqualTo("again");
    for (int i = 0; i < most; i++) {
      assertThat(members.indexOf("k" + i)).isEqualTo(i);
    }
  }

  /** The index has 16 bits for a position. */
  @Test
  void parse_65535Bytes_areTheMost() {
    String header = "a=" + "v".repeat(65_528) + ",b=23";
    assertThat(header).hasSize(65_535);

    Members members = BaggageParser.parse(List.of(header), 64, Integer.MAX_VALUE);
    Members over = BaggageParser.parse(List.of(header + "4"), 64, Integer.MAX_VALUE);

    assertThat(members.value(1)).isEqualTo("23");
    assertThat(members.text()).isEqualTo(header);
    assertThat(over.size()).isEqualTo(1);
    assertThat(over.overLimit()).isEqualTo(1);
    assertThat(BaggageParser.properties("p" + ";q".repeat(40_000))).isEmpty();
  }

  /** All of these names have one hash. */
  @Test
  void parse_namesAlikeByHash() {
    List<String> names =
        IntStream.range(0, 64)
            .mapToObj(i -> Integer.toBinaryString(64 + i).replace("0", "Aa").replace("1", "BB"))
            .toList();
    String header = names.stream().map(name -> name + "=" + name).collect(Collectors.joining(","));

    Members members = Wire.parse(header, header);

    assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
    assertThat(members.size()).isEqualTo(64);
    for (String name : names) {
      assertThat(members.value(members.indexOf(name))).isEqualTo(name);
    }
  }

  /** Made for {@link String#hashCode}, which everybody knows; a hash of ours nobody does. */
  @Test
  void nameHash_ofNamesAlikeByHash() {
    List<String> names =
        IntStream.range(0, 512)
            .mapToObj(i -> Integer.toBinaryString(512 + i).replace("0", "Aa").replace("1", "BB"))
            .toList();

    assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
    // Of 512 that are drawn from 65,536, two share one on average.
    assertThat(names.stream().map(Members::nameHash).distinct().count()).isGreaterThan(490);
  }

  @Test
  void nameHash_isThatOfTheMember() {
    Members members = Wire.parse("a=1,user.id=2,!#$%&'*+-.^_`|~=3");

    for (int i = 0; i < members.size(); i++) {
      assertThat(members.nameHash(i)).isEqualTo(Members.nameHash(members.name(i)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void parse_hugeInput_allocatesByTheLimit(String what, List<String> lines) {
    Wire.parse(lines.toArray(String[]::new)); // What classes and tables cost is paid here.

    long before = allocated();
    BaggageParser.parse(lines, Wire.MEMBERS, Wire.BYTES);
    long cost = allocated() - before;

    assertThat(cost).isLessThan(16L * Wire.BYTES);
  }

  static Stream<Arguments> parse_hugeInput_allocatesByTheLimit() {
    return Stream.of(
        huge("commas", ","),
        huge("semicolons", ";"),
        huge("spaces", " "),
        huge("broken escapes", "%"),
        huge("not ASCII", "\uD800"),
        huge("members of one name", "a=,"),
        huge("invalid members", "a,"),
        huge("bad properties", "a=1;@;b,"),
        Arguments.of("one value", List.of("a=" + "v".repeat(MEBIBYTE))),
        Arguments.of("one name", List.of("a".repeat(MEBIBYTE))),
        Arguments.of("one list of properties", List.of("a=1" + ";p@".repeat(MEBIBYTE / 3))),
        Arguments.of("distinct tiny members", List.of(tiny(0, MEBIBYTE / 10))),
        Arguments.of("lines of tiny members", Collections.nCopies(MEBIBYTE / 4, "a=1")),
        Arguments.of("two huge lines", Collections.nCopies(2, "a=1,".repeat(MEBIBYTE / 4))),
        Arguments.of("empty lines", Collections.nCopies(MEBIBYTE, "")));
  }

  private static Arguments huge(String what, String unit) {
    return Arguments.of(what, List.of(unit.repeat(MEBIBYTE / unit.length())));
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
