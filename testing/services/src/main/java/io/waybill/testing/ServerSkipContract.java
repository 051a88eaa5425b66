package io.waybill.testing;

import static io.waybill.testing.ContractFields.user;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.waybill.RequestScope;
import io.waybill.sdk.policy.Outcome;
import io.waybill.testing.ServerInterceptorContract.Reply;
import io.waybill.testing.ServerInterceptorContract.Server;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What each adapter of a server does with the operations that set-up skips. */
abstract class ServerSkipContract extends ServerContractBase {

  @Test
  void skippedOperation_isInNoRequest() throws Exception {
    Queue<String> operations = new ConcurrentLinkedQueue<>();
    Server server =
        serve(
            trusting().skip(operations::add),
            () -> completedFuture(RequestScope.currentOrNull() + " " + Baggage.current().asMap()));

    Reply reply = call(server, "baggage", "user.id=u-1,plan=gold");

    assertThat(reply.text()).isEqualTo("null {}");
    assertThat(reply.headers()).doesNotContainKey("x-request-id");
    assertThat(operations).containsOnly(operations.peek()).doesNotContain("");
    run.expectNoSpanOfOurs();
  }

  @Test
  void skip_thatThrows_skipsNothing() throws Exception {
    Server server =
        serve(
            trusting()
                .skip(
                    operation -> {
                      throw new AssertionError("of the contract");
                    }),
            () -> completedFuture(user()));

    assertThat(call(server, "baggage", "user.id=u-1").text()).isEqualTo("u-1");
    assertThat(run.telemetry.dropped(Outcome.HOOK_FAILED)).isPositive();
  }
}
