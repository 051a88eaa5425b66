package io.waybill.opentelemetry.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.policy.Destination;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
  private final Origins origins = new Origins();

  @ParameterizedTest
  @CsvSource({
    "https://shop.internal, https://shop.internal:443",
    "https://shop.internal/orders?a=b, https://shop.internal:443",
    "HTTP://Shop.internal:8080?x=://evil.example/, http://shop.internal:8080",
    "https://shop.internal#@evil.example/, https://shop.internal:443",
    "https://shop.internal\\@evil.example/, https://shop.internal:443",
    "https://shop.internal@evil.example/, https://evil.example:443",
    "https://a:b@shop.internal/@, https://shop.internal:443",
    "http://[::1]:80/, http://[::1]:80",
    "ftp://shop.internal/,",
    "http://,",
    "shop.internal/orders,",
    "://shop.internal/,",
  })
  void http_namesWhoIsCalled(String url, String expected) {
    Destination destination = expected == null ? null : Destination.of(URI.create(expected));

    assertThat(origins.http(url)).isEqualTo(destination);
    assertThat(origins.http(url)).as("again").isEqualTo(destination);
  }

  @Test
  void http_keepsWhatItKnowsApart() {
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i < 2000; i++) {
        assertThat(origins.http("http://shop" + i + ".internal:" + i + "/" + round))
            .isEqualTo(Destination.http("http", "shop" + i + ".internal", i));
      }
    }
    assertThat(origins.http("http://shop.internal/"))
        .isSameAs(origins.http("http://shop.internal"));
    assertThat(origins.http("http://shop.internal.evil/"))
        .isEqualTo(Destination.http("http", "shop.internal.evil", 80));
    assertThat(origins.http("https://shop.internal/"))
        .isEqualTo(Destination.http("https", "shop.internal", 443));
  }

  /** One that is kept by name and port is not what a URL of that text is. */
  @Test
  void grpc_isAnother() {
    assertThat(origins.grpc("shop.internal", 443))
        .isEqualTo(Destination.grpc("shop.internal:443", false))
        .isSameAs(origins.grpc("shop.internal", 443));
    assertThat(origins.grpc("shop.internal", -1))
        .isEqualTo(Destination.grpc("shop.internal", false));
    assertThat(origins.http("shop.internal")).isNull();
  }
}
