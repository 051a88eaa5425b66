package io.waybill.testing;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.sdk.Waybill;
import io.waybill.testing.ClientInterceptorContract.Client;
import io.waybill.testing.ClientInterceptorContract.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whose a call is, where several users make the same, or many at once. */
abstract class ClientUsersContract extends ClientFaultsContract {
  private static final int CALLS = 500;
  private static final int AT_ONCE = 50;

  /** Whoever prepared it, a call is of the request that makes it. */
  @Test
  void call_madeAgainByAnother_isTheirs() throws Exception {
    Server server = answering(headers -> completedFuture(String.valueOf(headers.get("baggage"))));
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());

    Callable<String> prepared = request(waybill, "u-1", () -> client.repeatable(Map.of()));

    assertThat(request(waybill, "u-1", prepared)).contains("user.id=u-1");
    assertThat(request(waybill, "u-2", prepared)).contains("user.id=u-2").doesNotContain("u-1");
    assertThat(prepared.call()).doesNotContain("u-1", "u-2");
  }

  /** On a few threads, waiting for the answer on every other. */
  @Test
  void users_neverMix() throws Exception {
    Server server = answering(headers -> completedFuture(String.valueOf(headers.get("baggage"))));
    Waybill waybill = releasingTo(server.origin());
    Client client = client(waybill, server.origin());
    Semaphore slots = new Semaphore(AT_ONCE);
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      String user = "u-" + i + "-";
      if (i % 2 == 0) {
        answers.add(run.threads.submit(() -> request(waybill, user, () -> client.call(Map.of()))));
      } else {
        assertThat(slots.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<String> answer =
            request(waybill, user, () -> client.callAsync(Map.of(), name -> {}));
        var unused = answer.whenComplete((text, failure) -> slots.release());
        answers.add(answer);
      }
    }

    for (int i = 0; i < CALLS; i++) {
      assertThat(ContractRun.get(answers.get(i))).contains("user.id=u-" + i + "-");
    }
  }
}
