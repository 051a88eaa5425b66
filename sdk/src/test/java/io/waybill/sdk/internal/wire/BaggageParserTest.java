package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from header lines, clause by clause. */
class BaggageParserTest {

  /** Header text, and the members in it as {@code name=decoded value;properties}. */
  private record Case(String clause, int invalid, String header, String... members) {
    @Override
    public String toString() {
      return clause + ": " + header.replace("\t", "\\t").replace("\r\n", "\\r\\n");
    }
  }

  private static Case valid(String clause, String header, String... members) {
    return new Case(clause, 0, header, members);
  }

  private static Case skips(int invalid, String clause, String header, String... members) {
    return new Case(clause, invalid, header, members);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"grammar", "escapes", "properties", "lists", "invalidMembers"})
  void parse_grammar(Case expected) {
    Members members = Wire.parse(expected.header);

    assertThat(Wire.describe(members)).containsExactly(expected.members);
    assertThat(members.invalid()).isEqualTo(expected.invalid);
    assertThat(members.overLimit()).isZero();
  }

  static Stream<Case> grammar() {
    return Stream.of(
        valid("W3C Baggage §3.3.1 list-member", "user.id=u-17", "user.id=u-17"),
        valid(
            "W3C Baggage §3.3.3 example",
            "key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue",
            "key1=value1;property1;property2",
            "key2=value2",
            "key3=value3;propertyKey=propertyValue"),
        valid(
            "W3C Baggage §3.4 example",
            "userId =   alice,serverNode = DF%2028, isProduction = false",
            "userId=alice",
            "serverNode=DF 28",
            "isProduction=false"),
        valid("RFC 9110 §5.6.2 all of token", "!#$%&'*+-.^_`|~09azAZ=1", "!#$%&'*+-.^_`|~09azAZ=1"),
        valid(
            "W3C Baggage §3.3.1 all of baggage-octet",
            "k=!#$&'()*+-./09:<=>?@AZ[]^_`az{|}~",
            "k=!#$&'()*+-./09:<=>?@AZ[]^_`az{|}~"),
        valid("W3C Baggage §3.3.1.3 equal signs in a value", "k==a=b==", "k==a=b=="),
        valid("W3C Baggage §3.3.1 an empty value", "k=", "k="),
        valid("W3C Baggage §3.3.1 an empty value before a comma", "k=,l=1", "k=", "l=1"),
        valid("W3C Baggage §3.3.1 an empty value with a property", "k=;p", "k=;p"),
        valid("RFC 9110 §5.6.3 SP and HTAB around", " \t k\t \t= \tv \t ", "k=v"),
        valid("RFC 9110 §5.6.3 around an empty value", "k = ,l=1", "k=", "l=1"),
        valid("WIRE a plus is no space", "k=a+b%2B", "k=a+b+"),
        valid("WIRE names are case-sensitive", "k=1,K=2", "k=1", "K=2"),
        valid("W3C Baggage §3.3.1.2 a key is not decoded", "%61=1,a=2", "%61=1", "a=2"),
        valid("WIRE a key may hold a broken escape", "100%=1", "100%=1"));
  }

  static Stream<Case> escapes() {
    return Stream.of(
        valid("W3C Baggage §3.3.1.3 percent-encoded UTF-8", "k=%C3%A9%E2%82%AC", "k=é€"),
        valid("RFC 3629 §3 four octets", "k=%F0%9F%9A%9A", "k=\uD83D\uDE9A"),
        valid("RFC 3986 §2.1 lower-case hex digits", "k=%c3%a9%2f", "k=é/"),
        valid("W3C Baggage §3.3.1.3 what need not be encoded may be", "k=%61%3D", "k=a="),
        valid("W3C Baggage §3.3.1.3 octets outside of the range", "k=%22%2C%3B%5C%20", "k=\",;\\ "),
        valid("W3C Baggage §3.3.1.3 the percent sign", "k=100%25", "k=100%"),
        valid("W3C Baggage §3.3.1.3 decoded once only", "k=%252C", "k=%2C"),
        valid("WIRE control characters, decoded", "k=%00%0D%0A%7F", "k=\0\r\n\u007F"),
        valid("W3C Baggage §3.3.1.3 no UTF-8: a lone octet", "k=a%FFb", "k=a\uFFFDb"),
        valid("W3C Baggage §3.3.1.3 no UTF-8: cut short", "k=%C3", "k=\uFFFD"),
        valid("W3C Baggage §3.3.1.3 no UTF-8: an octet astray", "k=%C3A", "k=\uFFFDA"),
        valid("RFC 3629 §3 a surrogate is no UTF-8", "k=%ED%A0%80", "k=\uFFFD"),
        valid("RFC 3629 §10 nor is an overlong slash", "k=%C0%AF", "k=\uFFFD\uFFFD"),
        valid("RFC 3629 §3 nor is U+110000", "k=%F4%90%80%80", "k=\uFFFD\uFFFD\uFFFD\uFFFD"),
        valid("RFC 3629 U+FFFD itself is", "k=%EF%BF%BD", "k=\uFFFD"),
        skips(1, "RFC 3986 §2.1 no digit behind the percent", "k=100%,l=1", "l=1"),
        skips(1, "RFC 3986 §2.1 one digit at the end", "l=1,k=%4", "l=1"),
        skips(1, "RFC 3986 §2.1 one digit before a comma", "k=%4,l=1", "l=1"),
        skips(1, "RFC 3986 §2.1 one digit before a semicolon", "k=%4;p,l=1", "l=1"),
        skips(1, "RFC 3986 §2.1 no hex digit first", "k=%G0,l=1", "l=1"),
        skips(1, "RFC 3986 §2.1 no hex digit second", "k=%0G,l=1", "l=1"),
        skips(1, "RFC 3986 §2.1 a doubled percent", "k=%%41,l=1", "l=1"),
        skips(1, "RFC 3986 §2.1 a digit that is not ASCII", "k=%\uFF14\uFF11,l=1", "l=1"));
  }

  static Stream<Case> properties() {
    return Stream.of(
        valid("W3C Baggage §3.3.1.4 a key alone", "k=v;p", "k=v;p"),
        valid("W3C Baggage §3.3.1.4 key and value", "k=v;p=1", "k=v;p=1"),
        valid("W3C Baggage §3.3.1.4 equal signs in its value", "k=v;p==1=", "k=v;p==1="),
        valid("W3C Baggage §3.3.1.4 an empty value", "k=v;p=", "k=v;p="),
        valid("W3C Baggage §3.3.1.4 an escape in its value", "k=v;p=%2C", "k=v;p=%2C"),
        valid("WIRE order and duplicates stay", "k=v;b=1;a;b=2;a", "k=v;b=1;a;b=2;a"),
        valid("WIRE a property's key is not decoded", "k=v;%70;100%", "k=v;%70;100%"),
        valid("RFC 9110 §5.6.3 white space around", "k=v \t; \tp \t , l=1", "k=v;p", "l=1"),
        valid("WIRE a bad property: a space in its key", "k=v;a b;c", "k=v;c"),
        valid("WIRE a bad property: no key", "k=v;=1;c", "k=v;c"),
        valid("WIRE a bad property: a broken escape", "k=v;a=%;b=%4;c=%GG;d", "k=v;d"),
        valid("WIRE a bad property: a quoted value", "k=v;a=\"1\";c", "k=v;c"),
        valid("WIRE a bad property: the only one", "k=v;a b,l=1", "k=v", "l=1"),
        valid("WIRE a bad property: the first", "k=v;@;a;b", "k=v;a;b"),
        valid("WIRE a bad property: between good ones", "k=v;a;@;b;@;c=1", "k=v;a;b;c=1"),
        valid("WIRE a bad property: the last", "k=v;a;b;@", "k=v;a;b"),
        valid("WIRE a bad property: empty ones", "k=v;;a; ;b;", "k=v;a;b"),
        valid("WIRE a bad property: nothing behind the semicolon", "k=v;", "k=v"),
        valid("WIRE a bad property: not ASCII", "k=v;é;a=é;b", "k=v;b"),
        valid("WIRE a bad property: a line break", "k=v;a\r\nX: 1;b", "k=v;b"));
  }

  static Stream<Case> lists() {
    return Stream.of(
        valid("RFC 9110 §5.6.1.2 empty elements", ",,a=1, ,\t,b=2,,", "a=1", "b=2"),
        valid("RFC 9110 §5.6.1.2 nothing else", " , ,, "),
        valid("WIRE no text at all", ""),
        valid("WIRE white space only", " \t "),
        valid("OpenTelemetry baggage API: the last one wins", "k=1,l=2,k=3", "k=3", "l=2"),
        valid("WIRE the last with its own properties", "k=1;p;q,k=2", "k=2"),
        valid("WIRE the last and its properties, mended", "k=1;@;p,k=2;q;@", "k=2;q"),
        valid("WIRE the last, though the first was mended", "k=1;@;p,k=2;q", "k=2;q"),
        valid("WIRE the last, though it is empty", "k=1,k=", "k="),
        skips(1, "WIRE the last valid one", "k=1,k=%", "k=1"),
        valid("WIRE names alike by hash", "Aa=1,BB=2,Aa=3", "Aa=3", "BB=2"));
  }

  static Stream<Case> invalidMembers() {
    return Stream.of(
        skips(1, "W3C Baggage §3.3.1 no equal sign", "k,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 no key", "=v,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a property without a member", ";p=1,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a key with properties only", "k;p=1,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.2 a space in the key", "user id=1,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.2 a delimiter in the key", "a(b)=1,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.2 a quoted key", "\"k\"=1,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.2 a key that is not ASCII", "ключ=1,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a space in the value", "k=a b,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a quoted value", "k=\"v\",l=1", "l=1"),
        skips(2, "RFC 9110 §5.6.4 quotes hide no comma", "k=\"a,b=1\",l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a backslash", "k=a\\b,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a value that is not ASCII", "k=é,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 DEL", "k=\u007F,l=1", "l=1"),
        skips(1, "W3C Baggage §3.3.1 a lone surrogate", "k=\uD800,l=1", "l=1"),
        skips(1, "RFC 9110 §5.5 NUL", "k=a\0b,l=1", "l=1"),
        skips(1, "RFC 9110 §5.5 a bare line feed", "k=a\nb,l=1", "l=1"),
        skips(1, "RFC 9110 §5.5 a folded line", "k=a\r\n b=2,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.3 no other white space", "k=\u00A0v,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.3 a vertical tab", "\u000Bk=v,l=1", "l=1"),
        skips(1, "RFC 9110 §5.6.3 a wide space", "k\u3000=v,l=1", "l=1"),
        skips(3, "WIRE only the invalid ones", "a,b=1,=,c=2,d=%,e=3", "b=1", "c=2", "e=3"),
        skips(1, "WIRE an invalid one with properties", "k=\";p=1;q,l=1;r", "l=1;r"));
  }

  @Test
  void parse_noLines() {
    assertThat(BaggageParser.parse(List.of(), 64, 8192)).isSameAs(Members.NONE);
  }

  @Test
  void parse_severalLines() {
    Members members = Wire.parse("a=1;p", "b=2", "a=3");

    assertThat(Wire.describe(members)).as("RFC 9110 §5.3").containsExactly("a=3", "b=2");
  }

  @Test
  void parse_severalLines_emptyOnes() {
    assertThat(Wire.describe(Wire.parse("", "a=1", " ", "", "b=2", "")))
        .containsExactly("a=1", "b=2");
  }

  @Test
  void parse_severalLines_noMemberSpansTwo() {
    Members members = Wire.parse("a=1;p", ";q,b", "=2,c=", "3");

    assertThat(Wire.describe(members)).containsExactly("a=1;p", "c=");
    assertThat(members.invalid()).isEqualTo(4);
  }

  /**
   * FAULTS "Borders": this is how {@code put("a,admin", "true")} of plain code looks on the wire.
   */
  @Test
  void parse_smuggledKey() {
    Members members = Wire.parse("a,admin=true");

    assertThat(Wire.describe(members)).containsExactly("admin=true");
    assertThat(members.invalid()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p", "p=1;q", "p = 1 ; q", "b;a;b", "p=%2C"})
  void properties_valid(String text) {
    assertThat(BaggageParser.properties(text)).isEqualTo(text);
  }

  @Test
  void properties_keepsTheValidOnes() {
    assertThat(BaggageParser.properties("a b;c;d=é;;e=1;f=%")).isEqualTo("c;e=1");
    assertThat(BaggageParser.properties("a\r\nX: 1")).isEmpty();
    assertThat(BaggageParser.properties(";")).isEmpty();
  }

  /** Metadata of plain code is any text; a comma in it begins no member, least of all this one. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {"a,b|''", "a;b,admin=true;c|a;c", "a;b,p=;c|a;c", "a=1,2;b|b", ",|''", "a;,|a"})
  void properties_withComma(String text, String valid) {
    assertThat(BaggageParser.properties(text)).isEqualTo(valid);
  }
}
