package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The index over received text. */
class MembersTest {

  /** A hop that changed nothing sends on what it received. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1",
        "a=1,b=2",
        " a = 1 ; p ; q = 2 , b=%20 ",
        "a=",
        "a=%41;p=%",
        "100%=1",
        "a=1;p;p"
      })
  void text_membersAndNothingElse(String header) {
    String text = Wire.parse(header).text();

    assertThat(text).isEqualTo(header.endsWith("p=%") ? null : header);
  }

  /** What was skipped, replaced or tolerated is not sent on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad,a=1",
        "a=1,bad",
        "a=%",
        "a=1,a=2",
        "a=1;@",
        "a=1;",
        "a=1;;p",
        "a=1;p;",
        ",a=1",
        "a=1,",
        "a=1, ",
        "a=1,,b=2",
        " ",
        ",",
        "a=1,b=é"
      })
  void text_somethingElse(String header) {
    assertThat(Wire.parse(header).text()).isNull();
  }

  @Test
  void text_severalLines_joined() {
    assertThat(Wire.parse("a=1", "b=2;p", "c=3").text()).isEqualTo("a=1,b=2;p,c=3");
  }

  @Test
  void text_none() {
    assertThat(Members.NONE.text()).isEmpty();
    assertThat(Members.NONE.size()).isZero();
    assertThat(Members.NONE.indexOf("a")).isEqualTo(-1);
  }

  @Test
  void indexOf_name() {
    Members members = Wire.parse("user=1,user.id=2,USER=3,Aa=4");

    assertThat(members.indexOf("user")).isZero();
    assertThat(members.indexOf("user.id")).isEqualTo(1);
    assertThat(members.indexOf("USER")).isEqualTo(2);
    assertThat(members.indexOf("BB")).as("as many by hash").isEqualTo(-1);
    assertThat(members.indexOf("use")).isEqualTo(-1);
    assertThat(members.indexOf("")).isEqualTo(-1);
  }

  @Test
  void isNamed_wholeNameOnly() {
    Members members = Wire.parse("a=1,user.id=2");

    assertThat(members.isNamed(1, "user.id")).isTrue();
    assertThat(members.isNamed(1, "user")).isFalse();
    assertThat(members.isNamed(1, "user.id=")).isFalse();
    assertThat(members.isNamed(1, "User.id")).isFalse();
    assertThat(members.isNamed(0, "a=1,user.id")).isFalse();
    assertThat(members.nameHash(1)).isEqualTo(Members.nameHash("user.id"));
  }

  @Test
  void valueOrNull_utf8Only() {
    Members members = Wire.parse("a=plain,b=%C3%A9,c=%C3,d=%EF%BF%BD,e=");

    assertThat(members.valueOrNull(0)).isEqualTo("plain");
    assertThat(members.valueOrNull(1)).isEqualTo("é");
    assertThat(members.valueOrNull(2)).isNull();
    assertThat(members.value(2)).isEqualTo("\uFFFD");
    assertThat(members.valueOrNull(3)).isEqualTo("\uFFFD");
    assertThat(members.valueOrNull(4)).isEmpty();
  }

  /** What a formatter makes room for. */
  @ParameterizedTest
  @CsvSource({"a=1, 4", "a = %C3 ; p ;q= 1, 14", "a=1;@;p, 6", "a=, 3"})
  void length_withItsComma(String header, int bytes) {
    assertThat(Wire.parse(header).length(0)).isEqualTo(bytes);
  }

  @Test
  void toString_showsNoValue() {
    assertThat(Wire.parse("user.id=u-17;p=secret")).hasToString("Members[1]");
  }
}
