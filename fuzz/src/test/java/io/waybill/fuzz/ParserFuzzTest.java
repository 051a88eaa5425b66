package io.waybill.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waybill.sdk.internal.wire.BaggageFormatter;
import io.waybill.sdk.internal.wire.BaggageParser;
import io.waybill.sdk.internal.wire.Members;
import java.util.List;
import java.util.Objects;

/** Header lines to members. Each input is lines of text, which are the lines of the header. */
class ParserFuzzTest {

  @FuzzTest
  void parse_keepsItsLimits(byte[] data) {
    List<String> lines = Text.lines(data);

    check(lines, 64, 8192);
    check(lines, data.length % 5, data.length / 2);
  }

  @FuzzTest
  void properties_areStable(byte[] data) {
    String valid = BaggageParser.properties(Text.lines(data).get(0));

    assertThat(valid).matches("[ -~\t]*").doesNotContain(",");
    assertThat(BaggageParser.properties(valid)).isEqualTo(valid);
  }

  /** What was kept is distinct, fits into the same limits, and reads as the same again. */
  private static void check(List<String> lines, int maxMembers, int maxBytes) {
    Members members = BaggageParser.parse(lines, maxMembers, maxBytes);

    assertThat(members.size()).isBetween(0, maxMembers);
    BaggageFormatter formatter = new BaggageFormatter(maxMembers, maxBytes);
    for (int i = 0; i < members.size(); i++) {
      assertThat(BaggageFormatter.isName(members.name(i))).isTrue();
      assertThat(members.indexOf(members.name(i))).isEqualTo(i);
      assertThat(formatter.add(members, i)).isTrue();
    }
    String text = Objects.requireNonNullElse(formatter.text(), "");
    Members again = BaggageParser.parse(List.of(text), maxMembers, maxBytes);
    assertThat(Entry.of(again)).isEqualTo(Entry.of(members));
    assertThat(again.text()).isEqualTo(text);
    if (members.text() != null) {
      assertThat(Entry.of(BaggageParser.parse(List.of(members.text()), maxMembers, maxBytes)))
          .isEqualTo(Entry.of(members));
      assertThat(members.text()).matches("[ -~\t]*");
    }
  }
}
