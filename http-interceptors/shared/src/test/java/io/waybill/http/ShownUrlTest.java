package io.waybill.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No credential that stands in a URL is shown. */
class ShownUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWSAccessKeyId",
        "Signature",
        "sig",
        "X-Goog-Signature",
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Security-Token",
        "access_token",
        "SIG",
        "awsaccesskeyid",
        "x-amz-signature",
        "%73ig",
        "s%69%67",
        "%53%49%47",
        "X%2DAmz%2dSignature"
      })
  void query_valueOfCredential_isRedacted(String name) {
    String secret = "a%2Fb+c/d=;e?f:@s3cret";

    assertThat(ShownUrl.query(name + "=" + secret)).isEqualTo(name + "=REDACTED");
    assertThat(ShownUrl.query("a=b&" + name + "=" + secret + "&c=d"))
        .isEqualTo("a=b&" + name + "=REDACTED&c=d");
    assertThat(
            HttpTarget.of(URI.create("https://a.example/x?" + name + "=" + secret + "#f")).shown())
        .isEqualTo("https://a.example/x?" + name + "=REDACTED#f");
  }

  @ParameterizedTest
  @CsvSource({
    "sig=1&sig=2, sig=REDACTED&sig=REDACTED",
    "sig=, sig=REDACTED",
    "a;sig=1;b=2&c=3, a;sig=REDACTED&c=3",
    "?sig=1, ?sig=REDACTED",
    "u=http://x/?sig=1&c=3, u=http://x/?sig=REDACTED&c=3",
    "&&sig=1&&, &&sig=REDACTED&&"
  })
  void query_whereverACredentialStands_isRedacted(String query, String shown) {
    assertThat(ShownUrl.query(query)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a=b",
        "sig",
        "&",
        "=",
        "=sig=1",
        "a=sig=1",
        "sign=1",
        "si=1",
        "design=1",
        "xsig=1",
        "sig%=1",
        "sig%2=1",
        "%7=1",
        "%zzig=1",
        "%2573ig=1",
        "q=x-amz-signature",
        "%",
        "a&sig"
      })
  void query_withoutCredential_isTheSameText(String query) {
    assertThat(ShownUrl.query(query)).isSameAs(query);
  }

  @ParameterizedTest
  @CsvSource({
    "https://u:p@a.example/x?b=c, https://REDACTED:REDACTED@a.example/x?b=c",
    "https://u@a.example/, https://REDACTED:REDACTED@a.example/",
    "https://u:p@a_b:80/, https://REDACTED:REDACTED@a_b:80/",
    "http://u:p@[::1]:80/, http://REDACTED:REDACTED@[::1]:80/",
    "https://:@a.example, https://REDACTED:REDACTED@a.example",
    "https://a.example/u:p@b, https://a.example/u:p@b",
    "https://u:p@a.example/?sig=1, https://REDACTED:REDACTED@a.example/?sig=REDACTED",
    "https://a.example/#access_token=1&b=2, https://a.example/#access_token=REDACTED&b=2",
    "https://a.example/sig=1, https://a.example/sig=1",
    "mailto:u@a.example, mailto:u@a.example"
  })
  void full_whoCallsAndCredentials_areRedacted(String uri, String shown) {
    assertThat(HttpTarget.of(URI.create(uri)).shown()).isEqualTo(shown);
  }

  @Test
  @Timeout(20)
  void query_ofAnyLength_isReadOnce() {
    for (String part : new String[] {"&", "&sig=", "sig=", "%73", "=", "?sig;", "x-amz-"}) {
      String query = part.repeat(1 << 20);

      assertThat(ShownUrl.query(query)).doesNotContain("sig=sig");
    }
  }
}
