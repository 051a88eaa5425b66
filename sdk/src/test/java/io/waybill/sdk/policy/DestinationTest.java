package io.waybill.sdk.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each place has one spelling, and what is no place has none. */
class DestinationTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "http://own.internal,               http://own.internal:80",
    "https://own.internal,              https://own.internal:443",
    "grpc://own.internal,               grpc://own.internal:80",
    "grpcs://own.internal,              grpcs://own.internal:443",
    "http://own.internal:8080,          http://own.internal:8080",
    "http://own.internal:0080,          http://own.internal:80",
    "http://own.internal:65535,         http://own.internal:65535",
    "HTTPS://OWN.Internal,              https://own.internal:443",
    "http://own.internal.,              http://own.internal:80",
    "http://own.internal.:81,           http://own.internal:81",
    "http://my_service-1:81,            http://my_service-1:81",
    "http://az-09_za:9090,              http://az-09_za:9090",
    "http://127.0.0.1:81,               http://127.0.0.1:81",
    "http://own.internal/a?b=c#d,       http://own.internal:80",
    "http://own.internal?@evil.example, http://own.internal:80",
    "http://own.internal#@evil.example, http://own.internal:80",
    "http://bücher.example,             http://xn--bcher-kva.example:80",
    "http://BÜCHER.example:81,          http://xn--bcher-kva.example:81",
    "http://XN--BCHER-KVA.example,      http://xn--bcher-kva.example:80"
  })
  void of_uri(String uri, String spelled) {
    assertThat(Destination.of(URI.create(uri))).hasToString(spelled);
  }

  /** RFC 3986 §3.2.1: what stands before the at sign is who asks, not where. */
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "http://own.internal@evil.example,       http://evil.example:80",
    "http://own.internal:80@evil.example:81, http://evil.example:81",
    "http://own.internal%2F@evil.example,    http://evil.example:80",
    "http://u:p@own.internal,                http://own.internal:80",
    "http://[::1]@evil.example,              ",
    "http://evil.example%40own.internal,     ",
    "http://own.internal%2eevil.example,     ",
    "http://own.internal%00.evil.example,    ",
    "http://own.internal;evil.example,       ",
    "http://own.internal&x=.evil.example,    "
  })
  void of_userInfoAndEscapes(String uri, String spelled) {
    Destination destination;
    try {
      destination = Destination.of(URI.create(uri));
    } catch (IllegalArgumentException noUri) {
      destination = null;
    }
    assertThat(Objects.toString(destination, null)).isEqualTo(spelled);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http:///path",
        "http:own.internal",
        "own.internal",
        "//own.internal",
        "/path",
        "",
        "ftp://own.internal",
        "ftp://own.internal:21",
        "ws://own.internal:80",
        "file:///etc/hosts",
        "http://own.internal:0",
        "http://own.internal:65536",
        "http://own.internal:99999",
        "http://own.internal:4294967376",
        "http://own.internal:",
        "http://own.internal:8o",
        "http://own.internal:-80",
        "http://own.internal:+80",
        "http://own.internal:80:80",
        "http://.internal",
        "http://own..internal",
        "http://own.internal..",
        "http://.",
        "http://:80",
        "http://*.internal"
      })
  void of_noDestination(String uri) {
    assertThat(Destination.of(URI.create(uri))).isNull();
  }

  /** Interceptors see what the channel was given, which need not be a URI's authority. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":80",
        ".",
        "a b",
        "a/.shop.internal",
        "a\\b",
        "a\0b",
        "a\r\nb",
        "a,b",
        "a;b",
        "a%2eb",
        "::1",
        "::1:80",
        "[::1",
        "[::1]80",
        "[::1].",
        "[::1]:",
        "[",
        "[]",
        "[]:80",
        "[abc]",
        "[127.0.0.1]",
        "[1]",
        "[fe80::1%25eth0]",
        "[fe80::1%1]",
        "[localhost]",
        "[::1:::2]",
        "[:]",
        "[::12345]",
        "[1:2:3:4:5:6:7:8:9]",
        "[a:b.example]",
        "xn--\uD800",
        "a\u00ADb",
        "straße.example",
        "ａ.example",
        "a\u3002example",
        "\u212Aelvin.example",
        "\u212Aü.example",
        "\u0130nternal.example",
        "\u212B.example",
        "\u017Fhop.internal",
        "own.internal:\uFF18\uFF10"
      })
  void grpc_noDestination(String authority) {
    assertThat(Destination.grpc(authority, false)).isNull();
  }

  @Test
  void grpc_securityIsPartOfThePlace() {
    assertThat(Destination.grpc("own.internal:443", false)).hasToString("grpc://own.internal:443");
    assertThat(Destination.grpc("own.internal", true)).hasToString("grpcs://own.internal:443");
    assertThat(Destination.grpc("Own.Internal.", false)).hasToString("grpc://own.internal:80");
  }

  /** RFC 5952. No name is looked up for it. */
  @ParameterizedTest(name = "[{0}] is {1}")
  @CsvSource({
    "::1,                      [::1]",
    "0:0:0:0:0:0:0:1,          [::1]",
    "0000:0000::0001,          [::1]",
    "::0.0.0.1,                [::1]",
    "::,                       [::]",
    "0:0:0:0:0:0:0:0,          [::]",
    "2001:DB8::A,              [2001:db8::a]",
    "2001:0db8:0:0:0:0:0:000a, [2001:db8::a]",
    "1:0:2:0:3:0:4:0,          [1:0:2:0:3:0:4:0]",
    "1:0:0:2:0:0:3:4,          [1::2:0:0:3:4]",
    "1::2:0:0:3:4,             [1::2:0:0:3:4]",
    "1:0:0:2::3:4,             [1::2:0:0:3:4]",
    "1:2:3:4:5:6:0:0,          [1:2:3:4:5:6::]",
    "10:0:0:20:30:40:50:60,    [10::20:30:40:50:60]",
    "fe80::1,                  [fe80::1]",
    "::ffff:127.0.0.1,         127.0.0.1",
    "::FFFF:7f00:1,            127.0.0.1"
  })
  void grpc_ipv6_oneSpelling(String literal, String host) {
    Destination destination = Destination.grpc("[" + literal + "]:81", false);

    assertThat(destination).isEqualTo(new Destination("grpc", host, 81));
    assertThat(Destination.of(URI.create("http://[" + literal + "]")))
        .isEqualTo(new Destination("http", host, 80));
  }

  /** RFC 1035 §2.3.4. A longer one costs nothing either. */
  @Test
  void grpc_longestName() {
    String name = "a.".repeat(126) + "b";

    assertThat(Destination.grpc(name, false)).isNotNull();
    assertThat(Destination.grpc(name + ".", false)).isNotNull();
    assertThat(Destination.grpc("x" + name, false)).isNull();
    assertThat(Destination.grpc("é".repeat(1 << 20), false)).isNull();
  }

  /** In Turkish the lower case of I has no dot. */
  @Test
  void of_localeOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(Destination.of(URI.create("HTTPS://OWN.INTERNAL")))
          .isEqualTo(new Destination("https", "own.internal", 443));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void grpc_anyText_neverThrows_andIsStable() {
    String chars = "aB1.-_:[]@%/\\ \0\r\n*é\u00ADß\u3002\uFF0E\uD800\uDC00\uFFFFxn--";
    for (int seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      StringBuilder authority = new StringBuilder();
      for (int i = random.nextInt(40); i >= 0; i--) {
        boolean any = random.nextInt(8) == 0;
        authority.append(
            any ? (char) random.nextInt(0x10000) : chars.charAt(random.nextInt(chars.length())));
      }

      Destination destination = Destination.grpc(authority.toString(), false);

      if (destination != null) {
        assertThat(destination.host()).matches("[a-z0-9_.-]{1,253}|\\[[0-9a-f:]+]");
        assertThat(destination.port()).isBetween(1, 65535);
        assertThat(Destination.grpc(destination.host() + ":" + destination.port(), false))
            .as("seed %s", seed)
            .isEqualTo(destination);
      }
    }
  }

  /** However it is made, it is compared and routed in one spelling. */
  @ParameterizedTest
  @CsvSource({
    "grpcs, Orders.Shop.Internal, orders.shop.internal",
    "GRPCS, orders.shop.internal., orders.shop.internal",
    "grpcs, [0:0:0:0:0:0:0:1], [::1]"
  })
  void new_isInOneSpelling(String scheme, String host, String spelled) {
    assertThat(new Destination(scheme, host, 443)).hasToString("grpcs://" + spelled + ":443");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp, a.example, 21",
    "grpc, a..example, 80",
    "grpc, a b, 80",
    "grpc, a.example, 0",
    "grpc, a.example, 65536"
  })
  void new_refusesWhatIsNoDestination(String scheme, String host, int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Destination(scheme, host, port))
        .withMessageContainingAll(scheme + "://" + host + ":" + port, "expected");
  }
}
