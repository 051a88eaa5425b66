package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written into a header line, and what never is. */
class BaggageFormatterTest {
  private final BaggageFormatter formatter = Wire.formatter();

  @Test
  void text_nothingAdded_noHeader() {
    assertThat(formatter.text()).isNull();
  }

  @Test
  void text_everythingRefused_noHeader() {
    assertThat(formatter.add("user id", "1", "")).isFalse();

    assertThat(formatter.text()).isNull();
  }

  @Test
  void add_joinsWithCommasAndNoSpace() {
    assertThat(formatter.add("a", "1", "")).isTrue();
    assertThat(formatter.add("b", "2", "p;q=3")).isTrue();
    assertThat(formatter.add("c", "", "")).isTrue();

    assertThat(formatter.text()).isEqualTo("a=1,b=2;p;q=3,c=");
  }

  /** FAULTS "Borders", a smuggled key: it must not become a member of its own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a,admin",
        "x=1,role",
        "a=b",
        "a;p",
        "user id",
        "a\t",
        "a\r\nSet-Cookie: x",
        "a\0",
        "\"a\"",
        "a\\b",
        "a/b",
        "a:b",
        "a@b",
        "(a)",
        "[a]",
        "{a}",
        "<a>",
        "a?",
        "é",
        "a\uD800",
        "ａ"
      })
  void add_nameThatIsNoToken_isNotWritten(String name) {
    formatter.add("before", "1", "");

    assertThat(formatter.add(name, "true", "")).as("RFC 9110 §5.6.2").isFalse();
    assertThat(BaggageFormatter.isName(name)).isFalse();

    formatter.add("after", "2", "");
    assertThat(formatter.text()).isEqualTo("before=1,after=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "user.id", "100%", "%2C", "!#$%&'*+-.^_`|~09azAZ"})
  void add_token_isWrittenAsItStands(String name) {
    assertThat(BaggageFormatter.isName(name)).isTrue();
    assertThat(formatter.add(name, "1", "")).isTrue();

    assertThat(formatter.text()).isEqualTo(name + "=1");
  }

  /** W3C Baggage §3.3.1.3: what a value may say can't end it, its member or the header. */
  @Test
  void add_value_cannotEndItself() {
    formatter.add("a", "1,admin=true;p\r\nSet-Cookie: x", "");

    assertThat(formatter.text()).isEqualTo("a=1%2Cadmin=true%3Bp%0D%0ASet-Cookie:%20x");
  }

  @Test
  void add_received_isWrittenAsReceived() {
    Members members = Wire.parse(" a = %61%2c \t; p = %70 ; q , b=\"no\", c=3;@;r");

    assertThat(formatter.add(members, 1)).isTrue();
    assertThat(formatter.add(members, 0)).isTrue();

    assertThat(formatter.text()).isEqualTo("c=3;r,a=%61%2c;p = %70 ; q");
  }

  /** W3C Baggage §3.3.2: MUST NOT propagate any partial list-members. */
  @ParameterizedTest(name = "{0} bytes of a=1,b=%20;p,c=3")
  @CsvSource(
      delimiter = '|',
      value = {
        "-1|",
        "0|",
        "2|",
        "3|a=1",
        "7|a=1,c=3",
        "10|a=1,c=3",
        "11|a=1,b=%20;p",
        "14|a=1,b=%20;p",
        "15|a=1,b=%20;p,c=3"
      })
  void add_byteBudget_wholeMembersOnly(int maxBytes, String text) {
    BaggageFormatter narrow = new BaggageFormatter(64, maxBytes);

    narrow.add("a", "1", "");
    narrow.add("b", " ", "p");
    narrow.add("c", "3", "");

    assertThat(narrow.text()).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0} bytes of a=1;p,b=2")
  @CsvSource(
      delimiter = '|',
      value = {"0|", "4|b=2", "5|a=1;p", "8|a=1;p", "9|a=1;p,b=2"})
  void add_received_byteBudget_wholeMembersOnly(int maxBytes, String text) {
    BaggageFormatter narrow = new BaggageFormatter(64, maxBytes);
    Members members = Wire.parse("a=1;p,b=2");

    boolean first = narrow.add(members, 0);
    boolean second = narrow.add(members, 1);

    assertThat(narrow.text()).isEqualTo(text);
    assertThat(first).isEqualTo(text != null && text.contains("a="));
    assertThat(second).isEqualTo(text != null && text.contains("b="));
  }

  /** One euro sign is one char, three octets and nine bytes of the line. */
  @Test
  void add_byteBudget_countsEncodedBytes() {
    assertThat(new BaggageFormatter(64, 10).add("k", "€", "")).isFalse();
    assertThat(new BaggageFormatter(64, 11).add("k", "€", "")).isTrue();
  }

  @Test
  void add_65thMember_isNotWritten() {
    Members received = Wire.parse("k64=1");
    for (int i = 0; i < 64; i++) {
      assertThat(formatter.add("k" + i, "", "")).isTrue();
    }

    assertThat(formatter.add("k64", "", "")).isFalse();
    assertThat(formatter.add(received, 0)).isFalse();
    assertThat(formatter.text()).endsWith(",k63=");
  }

  @Test
  void add_refusedMembers_costNothingOfTheBudget() {
    BaggageFormatter narrow = new BaggageFormatter(1, 8);

    assertThat(narrow.add("a b", "1", "")).isFalse();
    assertThat(narrow.add("a", "too long", "")).isFalse();
    assertThat(narrow.add("a", "1", "")).isTrue();
    assertThat(narrow.text()).isEqualTo("a=1");
  }

  @Test
  void add_loneSurrogate_isReplaced() {
    assertThat(formatter.add("k", "a\uD800", "")).isTrue();

    assertThat(formatter.text()).isEqualTo("k=a%EF%BF%BD");
  }
}
