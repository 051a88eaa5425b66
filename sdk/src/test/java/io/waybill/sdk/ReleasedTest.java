package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static io.waybill.sdk.Fixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Outcome;
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
  private final IncomingCall request = Fixture.receive(waybill, "baggage: " + ALL);

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
    OutgoingCall call = waybill.send(context, destination);
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
  void headerOfTheApplication_isMerged() {
    assertThat(sent(request.context(), OWN, List.of("own=1,foreign=theirs,tenant.id=forged"), 8192))
        .isEqualTo(ALL + ",own=1");
    assertThat(sent(OWN)).isEqualTo(ALL);
  }

  /** Whoever injects below the adapter, or makes a call of its own there, finds nothing to send. */
  @Test
  void below_hasNoBaggage() {
    for (Destination destination : List.of(OWN, PARTNER, UNKNOWN)) {
      OutgoingCall call = waybill.send(request.context(), destination);

      assertThat(Baggage.fromContext(call.context()).asMap()).isEmpty();
      call.end();
    }
  }

  @Test
  void below_hasNoBaggageOutsideOfARequestEither() {
    Context plain = Context.root().with(Baggage.builder().put("locale", "ko").build());
    OutgoingCall call = waybill.send(plain, OWN);

    assertThat(Baggage.fromContext(call.context()).asMap()).isEmpty();
    assertThat(sent(plain, OWN, 8192)).isEqualTo("locale=ko");
    call.end();
  }

  @Test
  void below_theRequestReadsAsAbove() {
    OutgoingCall call = waybill.send(request.context(), UNKNOWN);
    RequestScope below = RequestScope.fromContextOrNull(call.context());

    assertThat(below.get(USER)).isEqualTo("u-1");
    assertThat(below.get(LOCALE)).isEqualTo("ko");
    request.scope().identify(TENANT, "t-1");
    assertThat(below.get(TENANT)).isEqualTo("t-1");
    call.end();
  }

  /** The Context below is kept for the next call, and is only that of a call from the same one. */
  @Test
  void below_hasWhatElseIsInTheContextOfTheCall() {
    ContextKey<String> key = ContextKey.named("another library's");
    OutgoingCall first = waybill.send(request.context(), OWN);
    OutgoingCall second = waybill.send(request.context().with(key, "of the second"), OWN);
    OutgoingCall third = waybill.send(request.context(), OWN);

    assertThat(first.context().get(key)).isNull();
    assertThat(second.context().get(key)).isEqualTo("of the second");
    assertThat(third.context().get(key)).isNull();
    List.of(first, second, third).forEach(OutgoingCall::end);
  }

  /** A wrapped call that is made below another is decided from the request. */
  @Test
  void below_aCallToAnotherDestination() {
    OutgoingCall partners = waybill.send(request.context(), PARTNER);

    assertThat(sent(partners.context(), OWN, 8192)).isEqualTo(ALL);
    assertThat(sent(partners.context(), UNKNOWN, 8192)).isNull();
    partners.end();
  }

  @Test
  void below_aViewOfItsOwn() {
    OutgoingCall call = waybill.send(request.context(), OWN);
    try (Scope ignored = call.context().makeCurrent()) {
      RequestScope.current()
          .with(PLAN, Plan.GOLD)
          .run(
              () -> {
                assertThat(Baggage.current().asMap()).isEmpty();
                assertThat(sent(Context.current(), OWN, 8192)).contains("plan=GOLD", "locale=ko");
              });
    }
    call.end();
  }

  @Test
  void below_plainCodeAddsToTheRequest() {
    OutgoingCall call = waybill.send(request.context(), OWN);
    Context added = call.context().with(Baggage.builder().put("plan", "GOLD").build());

    assertThat(RequestScope.fromContextOrNull(added).get(PLAN)).isEqualTo(Plan.GOLD);
    assertThat(RequestScope.fromContextOrNull(added).get(LOCALE)).isEqualTo("ko");
    assertThat(sent(added, OWN, 8192))
        .isEqualTo("request.id=r,user.id=u-1,plan=GOLD,locale=ko,foreign=x");
    call.end();
  }
}
