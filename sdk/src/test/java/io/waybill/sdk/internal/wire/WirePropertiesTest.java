package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What holds for every text: 10,000 by chance for each property, always the same ones. */
class WirePropertiesTest {
  private static final int RUNS = 10_000;
  private static final int LONGEST = 32 * 1024;
  private static final int LONG = Wire.BYTES + 500;

  private interface Property {
    void check(RandomText random);
  }

  private static void forAll(Property property) {
    for (int seed = 0; seed < RUNS; seed++) {
      try {
        property.check(new RandomText(seed));
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("seed " + seed, failed);
      }
    }
  }

  @Test
  void parse_neverThrows_andKeepsItsPromises() {
    forAll(
        random -> {
          Members members = BaggageParser.parse(random.lines(LONGEST), Wire.MEMBERS, Wire.BYTES);

          assertThat(members.size()).isBetween(0, Wire.MEMBERS);
          for (int i = 0; i < members.size(); i++) {
            String name = members.name(i);
            assertThat(BaggageFormatter.isName(name)).isTrue();
            assertThat(members.indexOf(name)).as("names are distinct").isEqualTo(i);
            assertThat(members.nameHash(i)).isEqualTo(Members.nameHash(name));
            assertThat(BaggageParser.properties(members.properties(i)))
                .isEqualTo(members.properties(i));
            assertThat(members.valueOrNull(i) != null || members.value(i).indexOf('\uFFFD') >= 0)
                .isTrue();
          }
        });
  }

  @Test
  void parse_anyLimits_neverThrows() {
    forAll(
        random -> {
          List<String> lines = random.lines(2000);
          int maxMembers = random.upTo(12);
          int maxBytes = random.upTo(200);
          Members members = BaggageParser.parse(lines, maxMembers, maxBytes);

          assertThat(members.size()).isLessThanOrEqualTo(maxMembers);
          assertThat(copy(members, maxMembers, maxBytes)).isEqualTo(members.size());
        });
  }

  /** W3C Baggage §3.3.2: what came in within the limits goes out within them. */
  @Test
  void parse_format_parse_sameMembers() {
    forAll(
        random -> {
          Members members = BaggageParser.parse(random.lines(LONG), Wire.MEMBERS, Wire.BYTES);
          BaggageFormatter formatter = Wire.formatter();
          for (int i = 0; i < members.size(); i++) {
            assertThat(formatter.add(members, i)).isTrue();
          }
          String text = Objects.requireNonNullElse(formatter.text(), "");
          Members again = Wire.parse(text);

          assertThat(Wire.describe(again)).isEqualTo(Wire.describe(members));
          assertThat(again.text()).as("nothing left to mend").isEqualTo(text);
        });
  }

  @Test
  void parse_text_isTheSameMembers() {
    AtomicInteger seen = new AtomicInteger();
    forAll(
        random -> {
          Members members = BaggageParser.parse(random.lines(LONG), Wire.MEMBERS, Wire.BYTES);
          String text = members.text();
          if (text != null) {
            assertThat(members.invalid() + members.overLimit()).isZero();
            assertThat(Wire.describe(Wire.parse(text))).isEqualTo(Wire.describe(members));
            assertThat(Wire.parse(text).text()).isEqualTo(text);
            seen.addAndGet(members.size());
          }
        });
    assertThat(seen.get()).as("or it says nothing").isGreaterThan(1000);
  }

  /** RFC 9110 §5.3. */
  @Test
  void parse_severalLines_sameAsJoined() {
    forAll(
        random -> {
          List<String> lines = random.lines(LONG);
          lines.removeIf(String::isEmpty);
          Members members = BaggageParser.parse(lines, Wire.MEMBERS, Wire.BYTES);
          Members joined = Wire.parse(String.join(",", lines));

          assertThat(Wire.describe(members)).isEqualTo(Wire.describe(joined));
          assertThat(members.text()).isEqualTo(joined.text());
          assertThat(members.invalid()).isEqualTo(joined.invalid());
          assertThat(members.overLimit()).isEqualTo(joined.overLimit());
        });
  }

  @Test
  void format_parse_sameEntries() {
    forAll(
        random -> {
          Map<String, String> written = new LinkedHashMap<>();
          BaggageFormatter formatter = Wire.formatter();
          for (int i = random.upTo(random.oneIn(20) ? 80 : 8); i > 0; i--) {
            String name = random.name();
            String value = random.value(random.oneIn(20) ? 1000 : 20);
            String properties =
                random.oneIn(3) ? BaggageParser.properties(random.properties()) : "";
            if (!written.containsKey(name) && formatter.add(name, value, properties)) {
              String suffix = properties.isEmpty() ? "" : ";" + properties;
              written.put(name, name + "=" + value + suffix);
            }
          }
          Members members = Wire.parse(Objects.requireNonNullElse(formatter.text(), ""));

          assertThat(Wire.describe(members)).isEqualTo(List.copyOf(written.values()));
          assertThat(members.invalid() + members.overLimit()).isZero();
          for (int i = 0; i < members.size(); i++) {
            assertThat(members.valueOrNull(i)).isNotNull();
          }
        });
  }

  /** Any entries, names that are no tokens and lone surrogates among them. */
  @Test
  void format_neverExceedsItsBudgets() {
    forAll(
        random -> {
          int maxMembers = random.upTo(10);
          int maxBytes = random.upTo(150);
          BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes);
          List<String> written = new ArrayList<>();
          for (int i = 0; i < 15; i++) {
            String name = random.oneIn(3) ? random.lines(10).get(0) : random.name();
            String value = random.lines(40).get(0);
            if (formatter.add(name, value, random.properties())) {
              written.add(name);
            }
          }
          String text = Objects.requireNonNullElse(formatter.text(), "");

          assertThat(written).hasSizeLessThanOrEqualTo(maxMembers);
          assertThat(text).hasSizeLessThanOrEqualTo(maxBytes).matches("[\\x20-\\x7E\\t]*");
          List<String> names = new ArrayList<>();
          for (String member : text.isEmpty() ? new String[0] : text.split(",")) {
            names.add(member.substring(0, member.indexOf('=')));
          }
          assertThat(names).isEqualTo(written);
        });
  }

  @Test
  void properties_neverThrows_andIsStable() {
    forAll(
        random -> {
          String valid = BaggageParser.properties(random.lines(2000).get(0));

          assertThat(BaggageParser.properties(valid)).isEqualTo(valid);
          BaggageFormatter formatter = Wire.formatter();
          formatter.add("k", "v", valid);
          formatter.add("l", "w", "");
          Members members = Wire.parse(Objects.requireNonNull(formatter.text()));
          assertThat(members.size()).isEqualTo(2);
          assertThat(members.properties(0)).isEqualTo(valid);
        });
  }

  private static int copy(Members members, int maxMembers, int maxBytes) {
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes);
    int written = 0;
    for (int i = 0; i < members.size(); i++) {
      written += formatter.add(members, i) ? 1 : 0;
    }
    return written;
  }
}
