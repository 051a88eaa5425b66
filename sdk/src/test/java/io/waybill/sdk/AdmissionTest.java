package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.Provenance;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Renaming and demotion on admission, where values came from, and the strict set-up. */
class AdmissionTest {
  private static final BaggageField<String> WHO =
      BaggageField.identity("who", FieldCodec.string().maxLength(8));
  private static final BaggageField<String> CLAIM =
      BaggageField.attribute("claimed.who", FieldCodec.string());

  private final Fixture fixture = new Fixture();

  private Waybill waybill(TrustZone zone) {
    return Waybill.builder(fixture.telemetry())
        .carry(WHO, rule -> rule.receivedAs("uid").demoteTo(CLAIM))
        .carry(CLAIM, rule -> rule.admitFrom(TrustZone.PUBLIC))
        .peers(peer -> zone)
        .destination("http://own.internal", TrustZone.OWN)
        .build();
  }

  private String sent(IncomingCall request, Waybill waybill) {
    Map<String, String> carrier = new HashMap<>();
    OutgoingCall call = waybill.send(request.context(), OWN);
    call.inject(carrier, Map::put, List.of(), 8192);
    call.end();
    request.end();
    return carrier.get("baggage");
  }

  @Test
  void receivedAs_goesOnUnderItsOwnName() {
    Waybill waybill = waybill(TrustZone.OWN);
    IncomingCall request = Fixture.receive(waybill, "baggage: request.id=r,uid=u-1;p=1");

    assertThat(request.scope().get(WHO)).isEqualTo("u-1");
    assertThat(Baggage.fromContext(request.context()).asMap())
        .containsOnlyKeys("request.id", "who");
    assertThat(sent(request, waybill)).isEqualTo("request.id=r,who=u-1;p=1");
  }

  @Test
  void receivedAs_itsOwnNameWins() {
    Waybill waybill = waybill(TrustZone.OWN);
    for (String line : List.of("uid=old,who=new", "who=new,uid=old")) {
      IncomingCall request = Fixture.receive(waybill, "baggage: request.id=r," + line);
      assertThat(request.scope().get(WHO)).isEqualTo("new");
      assertThat(sent(request, waybill)).isEqualTo("request.id=r,who=new");
    }
  }

  @Test
  void receivedAs_aNameOfAnotherField() {
    WaybillBuilder builder =
        Waybill.builder(OpenTelemetry.noop())
            .carry(USER)
            .carry(WHO, rule -> rule.receivedAs("user.id"));

    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("receivedAs: \"user.id\" names another field");
  }

  @Test
  void demoteTo_isAClaimAndNoIdentity() {
    Waybill waybill = waybill(TrustZone.PUBLIC);
    for (String name : List.of("who", "uid")) {
      IncomingCall request = Fixture.receive(waybill, "baggage: " + name + "=u-1");

      assertThat(request.scope().get(WHO)).isNull();
      assertThat(request.scope().get(CLAIM)).isEqualTo("u-1");
      assertThat(request.scope().provenance(CLAIM)).isEqualTo(Provenance.UNTRUSTED);
      assertThat(sent(request, waybill)).matches("request.id=.{32},claimed.who=u-1");
    }
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isZero();
  }

  @Test
  void demoteTo_whatIsNotAdmittedThereEither() {
    Waybill waybill =
        Waybill.builder(fixture.telemetry())
            .carry(WHO, rule -> rule.demoteTo(CLAIM))
            .carry(CLAIM)
            .build();
    IncomingCall request = Fixture.receive(waybill, "baggage: who=u-1");

    assertThat(request.scope().get(CLAIM)).isNull();
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isEqualTo(1);
    request.end();
  }

  @Test
  void demoteTo_identityOrUndeclared() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> waybill(TrustZone.OWN, USER))
        .withMessageContaining("attribute: identity user.id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> waybill(TrustZone.OWN, CLAIM))
        .withMessageContaining("claimed.who: not declared");
  }

  private static Waybill waybill(TrustZone zone, BaggageField<?> demotedTo) {
    return Waybill.builder(OpenTelemetry.noop())
        .carry(WHO, rule -> rule.demoteTo(demotedTo))
        .peers(peer -> zone)
        .build();
  }

  @Test
  void provenance_ofEachWay() {
    IncomingCall request = Fixture.receive(fixture.trusting(), "baggage: user.id=u-1,locale=ko");
    RequestScope scope = request.scope();
    scope.identify(TENANT, "t-1");

    assertThat(scope.provenance(USER)).isEqualTo(Provenance.TRUSTED);
    assertThat(scope.provenance(BaggageField.REQUEST_ID)).isEqualTo(Provenance.HERE);
    assertThat(scope.provenance(TENANT)).isEqualTo(Provenance.HERE);
    assertThat(scope.provenance(PLAN)).isNull();
    assertThat(scope.with(PLAN, Plan.GOLD).provenance(PLAN)).isEqualTo(Provenance.HERE);
    Baggage plain = Baggage.fromContext(request.context()).toBuilder().put("locale", "de").build();
    try (Scope ignored = request.context().with(plain).makeCurrent()) {
      assertThat(RequestScope.current().provenance(LOCALE)).isEqualTo(Provenance.HERE);
    }
    request.end();
  }

  @Test
  void provenance_admittedFromAnybody() {
    IncomingCall request = Fixture.receive(fixture.distrusting(), "baggage: user.id=u-1,locale=ko");

    assertThat(request.scope().provenance(LOCALE)).isEqualTo(Provenance.UNTRUSTED);
    assertThat(request.scope().provenance(USER)).isNull();
    request.end();
  }

  @Test
  void strict_refusesAPlainPropagatorBesideOurs() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Waybill.builder(fixture.plainTelemetry()).strict().build())
        .withMessageContaining("WaybillPropagator in the place of \"baggage\"");

    assertThat(Waybill.builder(fixture.telemetry()).strict().build()).isNotNull();
  }
}
