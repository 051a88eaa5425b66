package io.waybill.sdk.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.waybill.sdk.policy.Destination;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FAULTS "Borders": which place a rule of set-up means, and which it does not. */
class DestinationPatternTest {

  private static boolean matches(String pattern, String uri) {
    Destination destination = Destination.of(URI.create(uri));
    assertThat(destination).isNotNull();
    return DestinationPattern.parse(pattern).matches(destination);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "http://own.internal,       http://own.internal",
    "http://own.internal,       http://own.internal:80/path",
    "http://own.internal,       HTTP://OWN.INTERNAL.",
    "HTTP://OWN.INTERNAL.:80,   http://own.internal",
    "https://own.internal:443,  https://own.internal",
    "grpcs://own.internal,      grpcs://own.internal:443",
    "http://*.shop.internal,    http://a.shop.internal",
    "http://*.shop.internal,    http://A.Shop.Internal.",
    "http://*.SHOP.internal.,   http://a.shop.internal",
    "http://*.localhost:81,     http://a.localhost:81",
    "http://bücher.example,     http://xn--bcher-kva.example",
    "http://*.bücher.example,   http://a.xn--bcher-kva.example",
    "http://127.0.0.1,          http://127.0.0.1",
    "http://[::1],              http://[0:0:0:0:0:0:0:1]",
    "http://[0::0:1]:80,        http://[::1]",
    "http://127.0.0.1,          http://[::ffff:127.0.0.1]",
    "http://my_service,         http://my_service"
  })
  void matches_samePlace(String pattern, String uri) {
    assertThat(matches(pattern, uri)).isTrue();
  }

  @ParameterizedTest(name = "{0} is not {1}")
  @CsvSource({
    "http://own.internal,      http://own.internal:8080",
    "http://own.internal:8080, http://own.internal",
    "http://own.internal,      https://own.internal:80",
    "https://own.internal,     http://own.internal:443",
    "http://own.internal,      grpc://own.internal",
    "grpcs://own.internal:80,  grpc://own.internal",
    "http://own.internal,      http://evil.example",
    "http://own.internal,      http://own.internal.evil.example",
    "http://own.internal,      http://own.internal@evil.example",
    "http://own.internal,      http://evilown.internal",
    "http://own.internal,      http://a.own.internal",
    "http://own.internal,      http://internal",
    "http://*.shop.internal,   http://evilshop.internal",
    "http://*.shop.internal,   http://shop.internal",
    "http://*.shop.internal,   http://a.b.shop.internal",
    "http://*.shop.internal,   http://a.shop.internal.evil.example",
    "http://*.shop.internal,   http://a.shop.internal:81",
    "http://*.shop.internal,   https://a.shop.internal:80",
    "http://*.shop.internal,   http://a.shop.internal@evil.example",
    "http://*.shop.internal,   http://shop.internal.a",
    "http://*.localhost,       http://localhost",
    "http://*.localhost,       http://127.0.0.1",
    "http://localhost,         http://127.0.0.1",
    "http://localhost,         http://[::1]",
    "http://127.0.0.1,         http://localhost",
    "http://127.0.0.1,         http://127.0.0.2",
    "http://127.0.0.1,         http://127.1",
    "http://127.0.0.1,         http://2130706433",
    "http://127.0.0.1,         http://0x7f.0.0.1",
    "http://[::1],             http://[::2]",
    "http://[::1],             http://127.0.0.1"
  })
  void matches_anotherPlace(String pattern, String uri) {
    assertThat(matches(pattern, uri)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "own.internal",
        "own.internal:80",
        "//own.internal",
        "http:own.internal",
        "http://",
        "http:///",
        "ftp://own.internal",
        "ftp://own.internal:21",
        "http://own.internal/",
        "http://own.internal/path",
        "http://own.internal?q",
        "http://own.internal#f",
        "http://u@own.internal",
        "http://@own.internal",
        "http://own.internal:0",
        "http://own.internal:65536",
        "http://own.internal:",
        "http://own internal",
        "*",
        "*.",
        "http://*",
        "http://*:80",
        "http://*.",
        "http://*.:80",
        "http://*..internal",
        "http://*.*.internal",
        "http://a*.internal",
        "http://*a.internal",
        "http://own.*",
        "http://own.*.internal",
        "*://own.internal",
        "http://*.127.0.0.1",
        "http://*.0.0.1",
        "http://*.1",
        "http://*.0",
        "http://*.9",
        "http://*.[::1]",
        "http://[fe80::1%25eth0]",
        "http://own..internal",
        "http://.internal",
        "http://straße.example"
      })
  void parse_noPattern(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DestinationPattern.parse(pattern))
        .withMessageStartingWith(
            "destination: \"" + pattern + "\" (expected: scheme://host[:port]");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP://Own.Internal., http://own.internal:80",
    "https://*.Shop.internal:8443, https://*.shop.internal:8443",
    "grpc://[0::1], grpc://[::1]:80"
  })
  void toString_oneSpelling(String pattern, String spelled) {
    assertThat(DestinationPattern.parse(pattern)).hasToString(spelled);
  }
}
