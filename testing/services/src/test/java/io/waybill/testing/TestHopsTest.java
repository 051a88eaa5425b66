package io.waybill.testing;

import static io.waybill.testing.ContractFields.TENANT;
import static io.waybill.testing.ContractFields.USER;
import static io.waybill.testing.WaybillAssertions.assertThat;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.waybill.Provenance;
import io.waybill.sdk.OutgoingCall;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import io.waybill.testing.SmallServer.Fault;
import io.waybill.testing.TestHops.Hop;
import io.waybill.testing.TestHops.Running;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TestHopsTest {
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void identity_crossesTwoHops() throws Exception {
    try (TestHops hops = TestHops.of(setUp -> setUp.carry(USER).carry(TENANT))) {
      Hop back = hops.start(waybill -> serve(waybill, () -> completedFuture("back")));
      Hop front =
          hops.start(waybill -> serve(waybill, () -> completedFuture(call(waybill, back))), back);
      Waybill client = hops.client(front);

      String answer = client.request().with(USER, "u1").call(() -> call(client, front));

      assertThat(answer).isEqualTo("back");
      assertThat(back.scope())
          .has(USER, "u1")
          .hasFrom(Provenance.TRUSTED, USER)
          .lacks(TENANT)
          .isEnded();
      assertThat(front.scope()).has(USER, "u1");
      assertThat(hops.telemetry().spans(SpanKind.SERVER)).hasSize(2);
    }
  }

  @Test
  void identity_isWithheldFromHopThatIsNotNamed() throws Exception {
    try (TestHops hops = TestHops.of(setUp -> setUp.carry(USER))) {
      Hop back = hops.start(waybill -> serve(waybill, () -> completedFuture("back")));
      Waybill client = hops.client();

      client.request().with(USER, "u1").call(() -> call(client, back));

      assertThat(back.scope()).lacks(USER);
    }
  }

  @Test
  void peers_ofTheSetUpCount() throws Exception {
    try (TestHops hops = TestHops.of(setUp -> setUp.carry(USER).peers(peer -> TrustZone.PUBLIC))) {
      Hop back = hops.start(waybill -> serve(waybill, () -> completedFuture("back")));
      Waybill client = hops.client(back);

      client.request().with(USER, "u1").call(() -> call(client, back));

      assertThat(back.scope()).lacks(USER);
    }
  }

  @Test
  void scope_ofNoRequestFails() throws Exception {
    try (TestHops hops = TestHops.of(setUp -> setUp)) {
      Hop idle = hops.start(waybill -> serve(waybill, () -> completedFuture("")));

      assertThatThrownBy(idle::scope)
          .isInstanceOf(AssertionError.class)
          .hasMessage("requests: 0 (expected: one)");
    }
  }

  private static Running serve(Waybill waybill, Supplier<CompletionStage<String>> answer)
      throws Exception {
    SmallServer server =
        new SmallServer(Fault.NONE, waybill, new ServerContractBase.Answering(answer));
    return new Running(server.origin(), server);
  }

  private String call(Waybill waybill, Hop hop) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hop.origin()));
    OutgoingCall border = waybill.send(Context.current(), Destination.of(request.build().uri()));
    border.inject(request, HttpRequest.Builder::setHeader, List.of(), 8192);
    try {
      return http.send(request.build(), BodyHandlers.ofString()).body();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    } finally {
      border.end();
    }
  }
}
