package io.waybill.http.jdk;

import static io.waybill.http.testing.Telemetry.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.http.testing.Telemetry;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PushPromiseTest {

  @Test
  void push_isHandledInTheCaller() throws Exception {
    Map<String, String> seen = new ConcurrentHashMap<>();
    CompletableFuture<HttpRequest> initiating = new CompletableFuture<>();
    CompletableFuture<String> pushed = new CompletableFuture<>();
    try (Telemetry telemetry = new Telemetry();
        PushingServer server = new PushingServer()) {
      Waybill waybill =
          telemetry
              .waybill()
              .destination("http://" + server.uri().getAuthority(), TrustZone.OWN)
              .build();
      HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
      PushPromiseHandler<String> pushes =
          (sent, promised, acceptor) -> {
            seen.put("promise", Telemetry.currentUser());
            initiating.complete(sent);
            acceptor
                .apply(
                    info -> {
                      seen.put("handler", Telemetry.currentUser());
                      return BodyHandlers.ofString().apply(info);
                    })
                .thenAccept(
                    response -> {
                      seen.put("then", Telemetry.currentUser());
                      pushed.complete(response.body());
                    });
          };

      HttpResponse<String> response =
          waybill
              .request()
              .with(USER, "u-1")
              .call(
                  () ->
                      WaybillHttpClient.newBuilder(waybill)
                          .version(HttpClient.Version.HTTP_2)
                          .build()
                          .sendAsync(request, BodyHandlers.ofString(), pushes))
              .get(30, TimeUnit.SECONDS);

      assertThat(response.body()).isEqualTo("answer");
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(pushed.get(30, TimeUnit.SECONDS)).isEqualTo("pushed");
      assertThat(initiating.join()).isSameAs(request);
      assertThat(seen).hasSize(3).allSatisfy((what, user) -> assertThat(user).isEqualTo("u-1"));
      assertThat(telemetry.spans()).hasSize(1);
    }
  }
}
