package io.waybill.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTargetTest {

  @ParameterizedTest
  @CsvSource({
    "http://a.example:8080/x/y?q=/z#f, /x/y, 14, 9",
    "http://a.example, '', 9, 0",
    "http://a.example?q=1, '', 9, 4",
    "http://a.example#/f, '', 9, 0",
    "http://u:p@a.example/, /, 13, 1",
    "http://[::1]:80/%2F?, /%2F, 8, 5",
    "mailto:u@a.example, u@a.example, 0, 11"
  })
  void parts_areThoseThatAreSent(String url, String path, int authority, int pathAndQuery) {
    HttpTarget target = HttpTarget.of(URI.create(url));

    assertThat(target.path()).isEqualTo(path);
    assertThat(target.authorityLength()).isEqualTo(authority);
    assertThat(target.pathAndQueryLength()).isEqualTo(pathAndQuery);
  }

  @ParameterizedTest
  @CsvSource({
    "http, a.example, 80, http://a.example/",
    "HTTPS, A.example., 443, https://a.example/",
    "http, ::1, 8080, http://[::1]:8080/",
    "http, [::1], 8080, http://[::1]:8080/",
    "http, 127.0.0.1, 8080, http://127.0.0.1:8080/",
    "http, a.example, -1, http://a.example:80/",
    "HTTPS, a.example, -1, https://a.example/"
  })
  void knownParts_areTheSameDestination(String scheme, String host, int port, String url) {
    HttpTarget ofParts = HttpTarget.of(scheme, host, port, url);

    assertThat(ofParts.destination()).isNotNull();
    assertThat(ofParts.isSameOrigin(HttpTarget.of(URI.create(url)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "ftp, a.example, 80",
    "grpc, a.example, 80",
    "http, '', 80",
    "http, a b, 80",
    "http, fe80::1%eth0, 80",
    "ftp, a.example, -1",
    "http, a.example, -2",
    "http, a.example, 0",
    "http, a.example, 65536",
    "http, a@b.example, 80",
    "http, a.example/x, 80"
  })
  void otherParts_areNoDestination_andOfNoOrigin(String scheme, String host, int port) {
    HttpTarget target = HttpTarget.of(scheme, host, port, "http://a.example/");

    assertThat(target.destination()).isNull();
    assertThat(target.isSameOrigin(target)).isFalse();
  }

  @Test
  void origin_isSchemeHostAndPort() {
    HttpTarget target = HttpTarget.of(URI.create("http://a.example/x"));

    assertThat(target.isSameOrigin(HttpTarget.of(URI.create("http://A.example:80/y")))).isTrue();
    assertThat(target.isSameOrigin(HttpTarget.of(URI.create("https://a.example/x")))).isFalse();
    assertThat(target.isSameOrigin(HttpTarget.of(URI.create("http://a.example:81/x")))).isFalse();
    assertThat(target.isSameOrigin(HttpTarget.of(URI.create("http://b.example/x")))).isFalse();
  }
}
