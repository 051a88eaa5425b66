package io.waybill.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The border to the browsers: only a cookie says who somebody is. */
class EdgeServiceTest {
  private final HttpClient browser = HttpClient.newHttpClient();
  private Shop shop;
  private LogLines logs;

  @BeforeEach
  void open() throws Exception {
    logs = LogLines.listen();
    shop = Shop.open(Threads.PLATFORM, Telemetry.kept());
  }

  /** Its servers have left their filters when it is closed. */
  @AfterEach
  void close() {
    shop.close();
    logs.close();
  }

  @Test
  void noCookie_isUnauthorized() throws Exception {
    HttpResponse<String> answer =
        send(OrderForm.post(shop.edge().resolve("/checkout"), 1).header("baggage", Sent.FORGED));

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void unknownCookie_isUnauthorized() throws Exception {
    HttpResponse<String> answer =
        send(OrderForm.post(shop.edge().resolve("/checkout"), 1).header("cookie", "session=guess"));

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void cookieAmongOthers_identifies() throws Exception {
    String cookies = "theme=dark; session=" + token() + "; empty=; =; ;";
    HttpResponse<String> answer =
        send(OrderForm.post(shop.edge().resolve("/checkout"), 1).header("cookie", cookies));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body().lines().map(Hop::parse))
        .isNotEmpty()
        .allMatch(hop -> "u-ann".equals(hop.field(ShopFields.USER)));
  }

  /** The new tokens are in the session: the old ones are revoked where they are used again. */
  @Test
  void nextRequests_haveTheRenewedToken() throws Exception {
    String cookie = "session=" + token();

    for (int order = 1; order <= 3; order++) {
      HttpResponse<String> answer =
          send(OrderForm.post(shop.edge().resolve("/checkout"), order).header("cookie", cookie));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    shop.close();

    assertThat(shop.spans().take(0, Duration.ZERO))
        .filteredOn(span -> span.getName().equals("renew tokens"))
        .hasSize(1);
  }

  @Test
  void noOrder_isBadRequest() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(shop.edge().resolve("/checkout"))
            .header("cookie", "session=" + token())
            .POST(HttpRequest.BodyPublishers.noBody());

    assertThat(send(request).statusCode()).isEqualTo(400);
  }

  @Test
  void accessLogInFrontOfWaybill_knowsTheUser() throws Exception {
    HttpResponse<String> answer =
        send(
            OrderForm.post(shop.edge().resolve("/checkout"), 1)
                .header("cookie", "session=" + token()));
    String requestId = answer.headers().firstValue("x-request-id").orElseThrow();
    shop.close();

    assertThat(logs.of(requestId))
        .contains("access     POST 200  user.id=u-ann request.id=" + requestId);
  }

  private String token() {
    return shop.sessions().open(new SessionTable.Session("s-1", "u-ann", "acme"));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return browser.send(request.build(), BodyHandlers.ofString());
  }
}
