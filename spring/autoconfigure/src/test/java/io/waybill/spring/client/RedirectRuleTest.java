package io.waybill.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient.Redirect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** Which answers are followed. */
class RedirectRuleTest {
  @ParameterizedTest(name = "{0}: {1} {2} from {3} to {4}")
  @CsvSource({
    "NORMAL, 1,  302, http://a/b,  /c,              http://a/c",
    "NORMAL, 1,  302, http://a/b,  http://c/d,      http://c/d",
    "NORMAL, 1,  307, http://a/b,  https://a/b,     https://a/b",
    "NORMAL, 19, 308, https://a/b, https://c,       https://c",
    "NORMAL, 20, 308, https://a/b, https://c,       ",
    "NORMAL, 1,  302, https://a/b, http://a/b,      ",
    "NORMAL, 1,  302, https://a/b, //c/d,           https://c/d",
    "ALWAYS, 1,  302, https://a/b, http://a/b,      http://a/b",
    "ALWAYS, 1,  302, http://a/b,  ftp://a/b,       ",
    "ALWAYS, 1,  302, http://a/b,  mailto:x@y,      ",
    "ALWAYS, 1,  302, http://a/b,  http://a/%zz,    ",
    "ALWAYS, 1,  302, http://a/b,  ,                ",
    "NEVER,  1,  302, http://a/b,  http://a/c,      ",
    "NORMAL, 1,  300, http://a/b,  http://a/c,      ",
    "NORMAL, 1,  304, http://a/b,  http://a/c,      ",
    "NORMAL, 1,  200, http://a/b,  http://a/c,      ",
  })
  void target(Redirect policy, int requests, int status, URI from, String location, URI expected) {
    HttpHeaders answer = new HttpHeaders();
    if (location != null) {
      answer.set("Location", location);
    }

    assertThat(RedirectRule.target(policy, requests, from, status, answer)).isEqualTo(expected);
  }

  @Test
  void method_ofWhatHasNoBody_isGet_butHeadStays() {
    assertThat(RedirectRule.method(HttpMethod.POST, true)).isEqualTo(HttpMethod.GET);
    assertThat(RedirectRule.method(HttpMethod.HEAD, true)).isEqualTo(HttpMethod.HEAD);
    assertThat(RedirectRule.method(HttpMethod.PUT, false)).isEqualTo(HttpMethod.PUT);
  }

  @ParameterizedTest(name = "{0} from {1} to {2}")
  @CsvSource({
    "authorization, http://a, http://a/x,     false, true",
    "authorization, http://a, http://a:81,    false, false",
    "Cookie,        http://a, https://a,      false, false",
    "Host,          http://a, http://a/x,     false, true",
    "Host,          http://a, http://b,       false, false",
    "X-Mine,        http://a, http://b,       false, true",
    "Content-Type,  http://a, http://a/x,     true,  false",
    "Content-Type,  http://a, http://b,       false, true",
  })
  void header_goesAlong(String name, URI from, URI to, boolean dropsBody, boolean goes) {
    HttpHeaders headers = new HttpHeaders();
    headers.set(name, "value");

    RedirectRule.strip(headers, from, to, dropsBody);

    assertThat(headers.containsHeader(name)).isEqualTo(goes);
  }
}
