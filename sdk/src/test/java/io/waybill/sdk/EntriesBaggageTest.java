package io.waybill.sdk;

import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.waybill.sdk.Fixture.Plan;
import io.waybill.sdk.policy.TrustZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What plain OpenTelemetry code sees of a request. */
class EntriesBaggageTest {
  private final Fixture fixture = new Fixture();
  private final Waybill waybill = fixture.trusting();
  private final IncomingCall request =
      Fixture.receive(
          waybill, "baggage: user.id=u-1,plan=FREE;ttl=1,foreign=%C3%A9;p=1,request.id=r");

  @AfterEach
  void end() {
    request.end();
  }

  private Baggage baggage() {
    return Baggage.fromContext(request.context());
  }

  @Test
  void entries_declaredAndForeign() {
    assertThat(baggage().size()).isEqualTo(4);
    assertThat(baggage().asMap()).containsOnlyKeys("request.id", "user.id", "plan", "foreign");
    assertThat(baggage().getEntryValue("user.id")).isEqualTo("u-1");
    assertThat(baggage().getEntryValue("foreign")).isEqualTo("é");
    assertThat(baggage().getEntry("foreign").getMetadata().getValue()).isEqualTo("p=1");
    assertThat(baggage().getEntry("plan").getMetadata().getValue()).isEqualTo("ttl=1");
    assertThat(baggage().getEntryValue("none")).isNull();
    assertThat(baggage().getEntry("none")).isNull();
    assertThat(baggage().getEntryValue("tenant.id")).isNull();
  }

  /** The mirror shows who the request turned out to be, also where it was read before. */
  @Test
  void identifiedLater_isSeen() {
    Baggage before = baggage();
    request.scope().identify(TENANT, "t-1");

    assertThat(before.getEntryValue("tenant.id")).isEqualTo("t-1");
  }

  @Test
  void toBuilder_copiesAll() {
    Baggage copy = baggage().toBuilder().put("more", "1").build();

    assertThat(copy.asMap()).containsOnlyKeys("request.id", "user.id", "plan", "foreign", "more");
    assertThat(copy.getEntry("foreign").getMetadata().getValue()).isEqualTo("p=1");
  }

  @Test
  void child_hasItsOwn() {
    request
        .scope()
        .with(PLAN, Plan.GOLD)
        .run(() -> assertThat(Baggage.current().getEntryValue("plan")).isEqualTo("GOLD"));
    assertThat(baggage().getEntryValue("plan")).isEqualTo("FREE");
  }

  @Test
  void identity_isHiddenWhereItIsNotMirrored() {
    Waybill unmirrored =
        fixture
            .service(fixture.telemetry())
            .mirrorIdentity(MirrorMode.NEVER)
            .peers(peer -> TrustZone.OWN)
            .build();
    IncomingCall received = Fixture.receive(unmirrored, "baggage: user.id=u-1,locale=ko");

    assertThat(Baggage.fromContext(received.context()).asMap()).containsOnlyKeys("locale");
    assertThat(Baggage.fromContext(received.context()).getEntryValue("user.id")).isNull();
    received.end();
  }

  @Test
  void toString_holdsNoValue() {
    assertThat(baggage()).hasToString("Baggage[4]");
  }
}
