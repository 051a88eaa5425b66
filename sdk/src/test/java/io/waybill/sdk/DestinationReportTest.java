package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.DestinationReport;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What became of calls, by destination. */
class DestinationReportTest {
  private final Fixture fixture = new Fixture();
  private final Waybill waybill =
      Waybill.builder(fixture.telemetry())
          .carry(Fixture.USER)
          .carry(Fixture.LOCALE)
          .destination("https://own.internal", TrustZone.OWN)
          .destination("https://partner.example", TrustZone.PARTNER, Fixture.LOCALE)
          .untraced("https://ads.example")
          .build();

  private void call(String destination) {
    waybill
        .request()
        .with(Fixture.USER, "u-1")
        .with(Fixture.LOCALE, "ko")
        .run(() -> waybill.send(Context.current(), Destination.of(URI.create(destination))).end());
  }

  @Test
  void destinations_areThoseOfSetUp_withWhatBecameOfCalls() {
    call("http://own.internal"); // before any other has shown that the rule is right
    call("https://own.internal/a");
    call("https://own.internal/b");
    call("https://partner.example");
    call("https://ads.example");

    String missed = waybill.destinations().get(0).nearMiss();
    assertThat(missed).startsWith("http://own.internal:80: ").contains("scheme");
    assertThat(waybill.destinations())
        .containsExactly(
            new DestinationReport(
                "https://own.internal:443", TrustZone.OWN, true, Set.of(), 2, 0, missed),
            new DestinationReport(
                "https://partner.example:443",
                TrustZone.PARTNER,
                true,
                Set.of("locale"),
                1,
                1,
                null),
            new DestinationReport(
                "https://ads.example:443", TrustZone.PUBLIC, false, Set.of(), 0, 1, null),
            new DestinationReport("*", TrustZone.PUBLIC, true, Set.of(), 0, 1, null));
  }

  @Test
  void reports_showNoValue() {
    call("https://own.internal");
    call("http://own.internal");

    assertThat(waybill.destinations().toString()).doesNotContain("u-1", "ko");
  }

  /** Of two that are set up in one process each has its own. */
  @Test
  void others_areCountedForEachWaybill() {
    call("https://else.example");

    Waybill second = Waybill.builder(fixture.telemetry()).build();
    assertThat(second.destinations())
        .containsExactly(new DestinationReport("*", TrustZone.PUBLIC, true, Set.of(), 0, 0, null));
  }
}
