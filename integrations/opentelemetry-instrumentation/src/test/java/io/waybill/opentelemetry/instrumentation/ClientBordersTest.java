package io.waybill.opentelemetry.instrumentation;

import static io.waybill.opentelemetry.instrumentation.Shop.baggage;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.waybill.sdk.Waybill;
import io.waybill.sdk.WaybillPropagator;
import io.waybill.testing.TestLog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each client of OpenTelemetry's library instrumentation sends, at each hop of a redirect. */
class ClientBordersTest {
  private static final String SENT = "user.id=u-1";

  private final Shop shop = new Shop();
  private final TestLog log = TestLog.start();

  ClientBordersTest() throws Exception {}

  @AfterEach
  void close() {
    log.close();
    shop.close();
  }

  /** Ours, a third party, ours that sends on to the third, the third that sends on to ours. */
  private void journeys(InstrumentedClient client, OpenTelemetry telemetry) throws Exception {
    client.get(telemetry, shop.own.uri("/end"));
    client.get(telemetry, shop.third.uri("/end"));
    client.get(telemetry, shop.own.uri("/to-third"));
    client.get(telemetry, shop.third.uri("/to-own"));
  }

  private void journeysOf(InstrumentedClient client, OpenTelemetrySdk telemetry) throws Exception {
    Waybill waybill = Shop.install(telemetry, shop.own.origin());
    Shop.as(waybill, "u-1", () -> journeys(client, telemetry));
  }

  @ParameterizedTest
  @EnumSource
  void identity_goesWhereItIsMeantToGo(InstrumentedClient client) throws Exception {
    journeysOf(client, Shop.telemetry());

    String expected = client.decidesPerHop ? SENT : "";
    assertThat(baggage(shop.own)).containsExactly(expected, expected, expected);
    assertThat(baggage(shop.third)).containsExactly("", "", "");
    assertThat(PageTest.lines()).contains(row(client.label));
    assertThat(log.text().split("get no baggage", -1))
        .as("warnings")
        .hasSize(client.decidesPerHop ? 1 : 2);
    assertThat(log.text().contains(client.instrumentation)).isNotEqualTo(client.decidesPerHop);
  }

  /** So nobody says it of a client that he has not looked at. */
  @ParameterizedTest
  @EnumSource
  void trust_isTheOperatorsWord(InstrumentedClient client) throws Exception {
    Map<String, String> properties = Map.of("waybill.redirects.trust", client.instrumentation);
    journeysOf(client, Shop.telemetry(WaybillPropagator.configured(properties::get)));

    // The last hop of ours is one that the third party sent on to: decided for the third party.
    assertThat(baggage(shop.own)).containsExactly(SENT, SENT, client.decidesPerHop ? SENT : "");
    assertThat(baggage(shop.third)).containsExactly("", client.decidesPerHop ? "" : SENT, "");
    assertThat(log.text()).doesNotContain("get no baggage");
  }

  @ParameterizedTest
  @EnumSource
  void openTelemetryAlone_sendsAllToAll(InstrumentedClient client) throws Exception {
    OpenTelemetry telemetry = Shop.telemetry(W3CBaggagePropagator.getInstance());
    try (Scope ignored = Baggage.builder().put("user.id", "u-1").build().makeCurrent()) {
      journeys(client, telemetry);
    }

    assertThat(baggage(shop.own)).containsExactly(SENT, SENT, SENT);
    assertThat(baggage(shop.third)).containsExactly(SENT, SENT, SENT);
    assertThat(PageTest.lines()).contains(row("each of them without Waybill"));
  }

  /** Returns the page's row of what was received. */
  private String row(String label) {
    List<String> own = baggage(shop.own).stream().map(ClientBordersTest::cell).toList();
    List<String> third = baggage(shop.third).stream().map(ClientBordersTest::cell).toList();
    return "| %s | %s | %s | %s, then %s | %s, then %s |"
        .formatted(
            label, own.get(0), third.get(0), own.get(1), third.get(1), third.get(2), own.get(2));
  }

  private static String cell(String baggage) {
    return baggage.isEmpty() ? "nothing" : "identity";
  }
}
