package io.waybill.testing;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of the application fails, and never costs a call. */
abstract class ClientFaultsContract extends ClientAliasContract {
  /** A counter, a span or its processor; and the log that is told of it. */
  @Test
  void telemetry_thatThrows_costsNothing() throws Exception {
    for (ThrowingTelemetry.Part part : ThrowingTelemetry.Part.values()) {
      try (ThrowingTelemetry throwing =
          new ThrowingTelemetry(run.telemetry.openTelemetry(), part)) {
        Server server = answering(headers -> completedFuture("" + headers.get("baggage")));
        Waybill waybill =
            run.build(setUp(throwing).explain().destination(server.origin(), TrustZone.OWN));
        Client client = client(waybill, server.origin());
        Map<String, String> headers = Map.of("baggage", "bad,user.id=forged");

        String answer = callAs(waybill, () -> client.call(headers));
        String later =
            callAs(waybill, () -> ContractRun.get(client.callAsync(headers, name -> {})));

        assertThat(List.of(answer, later))
            .as("%s", part)
            .allMatch(text -> text.contains("user.id=u-1,tenant.id=t-1"));
      }
    }
  }
}
