package io.waybill.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.TrustZone;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who writes a rule that matches nothing is told what came close. */
class NearMissTest {
  private final Fixture fixture = new Fixture();
  private final Logged log = Logged.listen();

  @AfterEach
  void stop() {
    log.close();
  }

  private WaybillBuilder builder() {
    return Waybill.builder(fixture.telemetry()).carry(Fixture.USER).carry(Fixture.LOCALE);
  }

  private static void call(Waybill waybill, String destination) {
    waybill
        .request()
        .with(Fixture.USER, "u-1")
        .run(() -> waybill.send(Context.current(), Destination.of(URI.create(destination))).end());
  }

  @ParameterizedTest
  @CsvSource({
    "grpcs://orders.internal:8443, grpc://orders.internal:8443, counts as plaintext",
    "grpcs://*.shop.internal, grpc://orders.shop.internal, counts as plaintext",
    "https://api.internal, http://api.internal, scheme",
    "https://api.internal:8443, grpcs://api.internal:8443, scheme",
    "https://api.internal, https://api.internal:8443, without one",
    "http://localhost:8080, http://127.0.0.1:8080, host",
    "http://[::1]:8080, http://localhost:8080, host"
  })
  void rule_thatNearlyMatched_isNamedOnce(String rule, String destination, String why) {
    Waybill waybill = builder().destination(rule, TrustZone.OWN).build();
    for (int i = 0; i < 100; i++) {
      call(waybill, destination);
    }

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains(rule.substring(0, rule.length() - 1), destination, why)
        .doesNotContain("u-1");
  }

  @Test
  void partner_withoutFields() {
    Waybill waybill = builder().destination("https://partner.example", TrustZone.PARTNER).build();
    call(waybill, "https://partner.example");
    call(waybill, "https://partner.example");

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("https://partner.example", "names none");
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.internal, https://other.example",
    "https://api.internal:8443, http://api.internal",
    "https://api.internal:8443, https://api.internal:8444",
    "https://api.internal:8443, https://api.internal",
    "http://localhost:8080, http://127.0.0.1:8081",
    "https://*.shop.internal, http://evilshop.internal",
    "https://api.internal, https://api.internal"
  })
  void rule_thatMatchedOrIsFarAway_isNotNamed(String rule, String destination) {
    Waybill waybill = builder().destination(rule, TrustZone.OWN).build();
    call(waybill, destination);

    assertThat(log.lines()).isEmpty();
  }

  /** A redirect to plaintext, say: the rule does what it is there for. */
  @Test
  void rule_thatHasMatchedBefore_isNotNamed() {
    Waybill waybill = builder().destination("https://api.internal", TrustZone.OWN).build();
    call(waybill, "https://api.internal");
    call(waybill, "http://api.internal");

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void rule_behindOneThatWasNamed_isNamedToo() {
    Waybill waybill =
        builder()
            .destination("https://*.internal", TrustZone.OWN)
            .destination("https://api.internal", TrustZone.OWN)
            .build();
    for (int i = 0; i < 3; i++) {
      call(waybill, "http://api.internal");
    }

    assertThat(log.lines()).hasSize(2);
  }

  @Test
  void rules_sixteenInAll() {
    WaybillBuilder builder = builder();
    for (int i = 0; i < 40; i++) {
      builder.destination("https://api" + i + ".internal", TrustZone.OWN);
    }
    Waybill waybill = builder.build();
    for (int i = 0; i < 40; i++) {
      call(waybill, "http://api" + i + ".internal");
    }

    assertThat(log.lines()).hasSize(16);
  }

  @Test
  void call_thatLostNothing_isNotNamed() {
    Waybill waybill = builder().destination("https://api.internal", TrustZone.OWN).build();
    waybill.send(Context.root(), Destination.of(URI.create("http://api.internal"))).end();

    assertThat(log.lines()).isEmpty();
  }
}
