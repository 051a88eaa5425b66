package io.waybill.examples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.waybill.http.jdk.WaybillHttpClient;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByFeignTest {
  /** Feign's options say that it follows redirects, and wait ten seconds for a connection. */
  @Test
  void get_clientThatItsOptionsDifferFrom_isReplacedByFeign() throws Exception {
    try (Orders orders = Orders.start()) {
      Waybill waybill =
          Waybill.builder(OpenTelemetry.noop())
              .carry(Clients.USER)
              .destination(orders.origin(), TrustZone.OWN)
              .build();
      HttpClient.Builder builder = WaybillHttpClient.newBuilder(waybill);
      List<HttpClient> replaced =
          List.of(
              builder.followRedirects(Redirect.ALWAYS).build(),
              builder
                  .connectTimeout(Duration.ofSeconds(10))
                  .followRedirects(Redirect.NORMAL)
                  .build(),
              builder
                  .followRedirects(Redirect.ALWAYS)
                  .connectTimeout(Duration.ofSeconds(1))
                  .build());
      HttpClient kept = builder.connectTimeout(Duration.ofSeconds(10)).build();

      for (HttpClient client : replaced) {
        assertThat(get(waybill, client, orders)).isEqualTo("orders of nobody");
      }
      assertThat(get(waybill, kept, orders)).isEqualTo("orders of ada");
    }
  }

  private static String get(Waybill waybill, HttpClient client, Orders orders) throws Exception {
    return waybill
        .request()
        .with(Clients.USER, "ada")
        .call(() -> new ByFeign(client).get(orders.origin() + "/orders"));
  }
}
