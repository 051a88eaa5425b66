package io.waybill.testing;

import static io.waybill.testing.ContractFields.SECRET;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.IncomingRequest;
import io.waybill.sdk.policy.Outcome;
import io.waybill.testing.ServerInterceptorContract.Reply;
import io.waybill.testing.ServerInterceptorContract.Server;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What of the application fails, or is kept too long, and never costs a request. */
abstract class ServerFaultsContract extends ServerSkipContract {
  /** A counter, a span or its processor; and the log that is told of it. */
  @Test
  void telemetry_thatThrows_costsNothing() throws Exception {
    for (ThrowingTelemetry.Part part : ThrowingTelemetry.Part.values()) {
      try (ThrowingTelemetry throwing =
          new ThrowingTelemetry(run.telemetry.openTelemetry(), part)) {
        ServedRequests service = new ServedRequests(ServerContractBase::identifiedLate);
        Server server = open(run.build(trusting(throwing).explain()), service);

        Reply reply = call(server, "baggage", "tenant.id=t-1,bad,plan=gold");

        assertThat(reply.text()).as("%s", part).isEqualTo("u-late");
        service.requireEnded(1);
      }
    }
  }

  /** Servers use their request objects again, so later it would be another user's cookie. */
  @Test
  void incomingRequest_thatAHookKeeps_tellsNothingLater() throws Exception {
    Queue<IncomingRequest> kept = new ConcurrentLinkedQueue<>();
    Server server =
        serve(
            trusting()
                .onRequest(
                    (incoming, scope) -> {
                      assertThat(incoming.header("x-cart")).isEqualTo(SECRET);
                      kept.add(incoming);
                    }),
            () -> completedFuture(header(kept.remove(), "x-cart")));

    assertThat(call(server, "x-cart", SECRET).text()).isEqualTo("IllegalStateException");
    assertThat(run.telemetry.dropped(Outcome.HOOK_FAILED)).isZero();
  }
}
