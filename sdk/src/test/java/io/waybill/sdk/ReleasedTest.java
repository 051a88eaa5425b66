package io.waybill.sdk;

import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.telemetry.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several calls of one request: a header that is ready is sent again only while it is right. */
class ReleasedTest {
  private static final String ALL = "request.id=r,user.id=u-1,locale=ko,foreign=x";

  private final Fixture fixture = new Fixture();
  private final Waybill waybill = fixture.trusting();
  private final ServerRequest request = Fixture.receive(waybill, "baggage: " + ALL);

  @AfterEach
  void end() {
    request.end();
  }

  private @Nullable String sent(Context context, Destination destination, int room) {
    return sent(context, destination, List.of(), room);
  }

  private @Nullable String sent(
      Context context, Destination destination, List<String> present, int room) {
    Map<String, String> carrier = new HashMap<>();
    ClientRequest call = waybill.send(context, destination);
    call.inject(carrier, Map::put, present, room);
    call.end();
    return carrier.get("baggage");
  }

  private @Nullable String sent(Destination destination) {
    return sent(request.context(), destination, 8192);
  }

  @Test
  void unchanged_isTheTextThatWasReceived() {
    assertThat(sent(OWN)).isSameAs(sent(OWN)).isEqualTo(ALL);
  }

  @Test
  void identifiedInBetween() {
    assertThat(sent(OWN)).isEqualTo(ALL);
    request.scope().identify(TENANT, "t-1");

    assertThat(sent(OWN)).isEqualTo("request.id=r,user.id=u-1,tenant.id=t-1,locale=ko,foreign=x");
    request.scope().set(NOTE, "a local field stays here");
    assertThat(sent(OWN)).contains("tenant.id=t-1").doesNotContain("stays");
  }

  @Test
  void withAnotherValue() {
    sent(OWN);
    RequestScope child = request.scope().with(PLAN, Plan.GOLD);

    child.run(
        () ->
            assertThat(sent(Context.current(), OWN, 8192))
                .isEqualTo("request.id=r,user.id=u-1,plan=GOLD,locale=ko,foreign=x"));
    assertThat(sent(OWN)).isEqualTo(ALL);
  }

  @Test
  void plainCodeChangedTheBaggage() {
    sent(OWN);
    try (Scope ignored = request.context().makeCurrent()) {
      Baggage plain =
          Baggage.current().toBuilder()
              .put("plan", "GOLD")
              .put("more", "1")
              .remove("foreign")
              .build();
      assertThat(sent(Context.current().with(plain), OWN, 8192))
          .isEqualTo("request.id=r,user.id=u-1,plan=GOLD,locale=ko,more=1");
    }
    assertThat(sent(OWN)).isEqualTo(ALL);
  }

  @Test
  void anotherDestinationInBetween() {
    for (int round = 0; round < 2; round++) {
      assertThat(sent(OWN)).isEqualTo(ALL);
      assertThat(sent(PARTNER)).isEqualTo("locale=ko");
      assertThat(sent(UNKNOWN)).isNull();
    }
  }

  @Test
  void lessRoom_andMoreAgain() {
    assertThat(sent(request.context(), OWN, 30)).isEqualTo("request.id=r,user.id=u-1");
    assertThat(sent(OWN)).isEqualTo(ALL);
    assertThat(sent(request.context(), OWN, 30)).isEqualTo("request.id=r,user.id=u-1");
    assertThat(fixture.dropped(Outcome.OVER_BUDGET)).isEqualTo(4);
  }

  @Test
  void withheld_isCountedAtEachCall() {
    sent(UNKNOWN);
    sent(UNKNOWN);

    assertThat(fixture.dropped(Outcome.WITHHELD)).isEqualTo(8);
  }

  @Test
  void headerOfTheApplication_isSeenBelowToo() {
    ClientRequest call = waybill.send(request.context(), OWN);
    Map<String, String> carrier = new HashMap<>();
    call.inject(carrier, Map::put, List.of("own=1,foreign=theirs,tenant.id=forged"), 8192);

    assertThat(carrier).containsEntry("baggage", ALL + ",own=1");
    Baggage below = Baggage.fromContext(call.context());
    assertThat(below.asMap()).containsOnlyKeys("request.id", "user.id", "locale", "foreign", "own");
    assertThat(below.getEntryValue("foreign")).isEqualTo("x");
    call.end();
    assertThat(sent(OWN)).isEqualTo(ALL);
  }

  @Test
  void below_seesWhatTheDestinationGets() {
    ClientRequest own = waybill.send(request.context(), OWN);
    ClientRequest partner = waybill.send(request.context(), PARTNER);

    assertThat(Baggage.fromContext(own.context()).asMap())
        .containsOnlyKeys("request.id", "user.id", "locale", "foreign");
    assertThat(Baggage.fromContext(partner.context()).asMap()).containsOnlyKeys("locale");
    own.end();
    partner.end();
  }
}
