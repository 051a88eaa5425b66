package io.waybill.testing;

import static io.waybill.testing.ContractFields.ALIASED;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each adapter of a client does with the headers that fields have of their own. */
abstract class ClientAliasContract extends ClientSkipContract {

  /** As a gateway that copies the headers of a stranger. */
  @Test
  void alias_ofIdentity_thatTheApplicationWrote_isTakenOut() throws Exception {
    Server server = recording();
    Client client =
        client(
            run.build(
                setUp()
                    .carry(ALIASED, rule -> rule.alias("x-account"))
                    .destination(server.origin(), TrustZone.OWN)),
            server.origin());

    client.call(Map.of("x-account", "admin", "x-other", "stays"));

    assertThat(lines("x-account")).isEmpty();
    assertThat(lines("x-other")).containsExactly("stays");
    assertThat(run.telemetry.dropped(Outcome.SHADOWED)).isEqualTo(1);
  }

  @Test
  void alias_ofIdentity_isThatOfTheRequest() throws Exception {
    Server server = recording();
    Waybill waybill = aliasing(server);
    Client client = client(waybill, server.origin());

    waybill.request().with(ALIASED, "a-1").call(() -> client.call(Map.of("x-account", "admin")));

    assertThat(lines("x-account")).containsExactly("a-1");
  }

  /** Our own border would refuse it: it counts as two lines. */
  @Test
  void alias_withComma_isNotWritten() throws Exception {
    Server server = recording();
    Waybill waybill = aliasing(server);
    Client client = client(waybill, server.origin());

    waybill.request().with(ALIASED, "a,b").call(() -> client.call(Map.of()));

    assertThat(lines("x-account")).isEmpty();
    assertThat(members()).contains("account.id=a%2Cb");
    assertThat(run.telemetry.dropped(Outcome.REFUSED)).isEqualTo(1);
  }

  /** Returns a Waybill for which {@code server} is its own, with a field that has a header. */
  private Waybill aliasing(Server server) {
    return run.build(
        setUp()
            .carry(ALIASED, rule -> rule.alias("x-account"))
            .destination(server.origin(), TrustZone.OWN));
  }
}
