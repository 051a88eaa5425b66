package io.waybill.sdk.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** x-forwarded-client-cert, as Envoy documents and writes it. */
class ForwardedCertificateTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "By=http://gate;Hash=ab;URI=spiffe://shop/orders                   | spiffe://shop/orders |",
        "Hash=ab;DNS=a.internal;DNS=b.internal                             | | a.internal b.internal",
        "Hash=ab;URI=spiffe://a/1;URI=urn:x:2;DNS=c                        | spiffe://a/1 urn:x:2 | c",
        "URI=spiffe://evil/x,By=spiffe://g/1;Hash=cd;URI=spiffe://shop/own | spiffe://shop/own |",
        "URI=spiffe://shop/own,By=spiffe://g/1;Hash=cd                     | |",
        "Hash=ab, URI=spiffe://shop/own                                    | spiffe://shop/own |",
        "uri=spiffe://a/1;DnS=c;bY=x;BY=y                                  | spiffe://a/1 | c",
        "URI=\"spiffe://a/1\"                                              | spiffe://a/1 |",
        "URI=https://a/?b=c                                                | https://a/?b=c |",
        "Subject=\"CN=x\\\",URI=spiffe://shop/own\";URI=spiffe://a/1       | spiffe://a/1 |",
        "Subject=\"CN=x;URI=spiffe://shop/own\"                            | |",
        "Subject=\"CN=\\\\\";URI=spiffe://a/1                              | spiffe://a/1 |",
        "Subject=\"\";URI=spiffe://a/1                                     | spiffe://a/1 |",
        "URI=\"spiffe://a/\\1\"                                            | spiffe://a/\\1 |",
        "New=1;URI=spiffe://a/1                                            | spiffe://a/1 |"
      })
  void parse_namesOfTheLastElement(String line, String uris, String dnsNames) {
    ForwardedCertificate certificate = ForwardedCertificate.parse(line);

    assertThat(certificate).isNotNull();
    assertThat(certificate.uris()).isEqualTo(words(uris));
    assertThat(certificate.dnsNames()).isEqualTo(words(dnsNames));
  }

  /** Envoy writes the key where the certificate has no URI. */
  @Test
  void parse_emptyName() {
    ForwardedCertificate certificate = ForwardedCertificate.parse("URI=spiffe://a/1,Hash=b;URI=");

    assertThat(certificate).isNotNull();
    assertThat(certificate.uris()).containsExactly("");
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : List.of(text.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        ";",
        "URI",
        "=spiffe://a/1",
        "URI=spiffe://a/1,",
        ",URI=spiffe://a/1",
        "URI=spiffe://a/1;",
        ";URI=spiffe://a/1",
        "URI=spiffe://a/1;;DNS=a",
        "URI=spiffe://a/1,,DNS=a",
        "URI =spiffe://a/1",
        "URI= spiffe://a/1",
        "URI=spiffe://a/1 ;DNS=a",
        "URI=spiffe://a/1 x",
        "URI=\"spiffe://a/1",
        "URI=\"spiffe://a/1\\\"",
        "URI=\"spiffe://a/1\"x",
        "URI=\"a\"\"b\"",
        "URI=a\"b\"",
        "URI=spiffe://a/\u0001",
        "URI=spiffe://a/\u00FC",
        "URI=\"a\tb\"",
        "U\u0131RI=a",
        "URI=a\r\nURI=b",
        "Hash=a;Hash=b;URI=spiffe://a/1",
        "Subject=\"a\";subject=\"b\"",
        "Hash=\",URI=spiffe://a/1",
        "Hash=a b,URI=spiffe://a/1"
      })
  void parse_malformed(String line) {
    assertThat(ForwardedCertificate.parse(line)).isNull();
  }

  @Test
  void parse_limits() {
    String name = "URI=spiffe://a/1";
    String longest = "Cert=" + "a".repeat(ForwardedCertificate.MOST_CHARS - name.length() - 6);

    assertThat(ForwardedCertificate.parse(longest + "," + name)).isNotNull();
    assertThat(ForwardedCertificate.parse(longest + "a," + name)).isNull();
    assertThat(ForwardedCertificate.parse(name + (";" + name).repeat(63))).isNotNull();
    assertThat(ForwardedCertificate.parse(name + (";" + name).repeat(64))).isNull();
    assertThat(ForwardedCertificate.parse(";".repeat(1 << 24))).isNull();
  }
}
