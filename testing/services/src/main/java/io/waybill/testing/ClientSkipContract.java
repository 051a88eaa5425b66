package io.waybill.testing;

import static io.waybill.testing.ContractFields.ALIASED;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each adapter of a client does with the operations that set-up skips. */
abstract class ClientSkipContract extends ClientRenewalContract {

  @Test
  void skippedOperation_getsNothing() throws Exception {
    Server server = recording();
    Waybill waybill =
        run.build(
            setUp()
                .carry(ALIASED, rule -> rule.alias("x-account"))
                .destination(server.origin(), TrustZone.OWN)
                .skip(operation -> true));
    Client client = client(waybill, server.origin());

    callAs(waybill, () -> client.call(Map.of("baggage", "plan=mine", "x-account", "a-2")));

    assertThat(takeReceived()).doesNotContainKeys("baggage", "x-account");
    run.expectNoSpanOfOurs();
  }
}
