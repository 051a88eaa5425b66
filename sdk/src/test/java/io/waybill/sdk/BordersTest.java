package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.NOTE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.PLAN;
import static io.waybill.sdk.Fixture.TENANT;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static io.waybill.sdk.Fixture.USER;
import static io.waybill.sdk.Fixture.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.Provenance;
import io.waybill.RequestScope;
import io.waybill.sdk.Fixture.Plan;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.Limits;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In: what a peer may assert. Out: what a destination gets. */
class BordersTest {
  private static final String ALL =
      "baggage: request.id=r-1,user.id=u-1,tenant.id=t-1,plan=GOLD,locale=ko,foreign=x;p=1";

  private final Fixture fixture = new Fixture();
  private final Waybill waybill = fixture.trusting();

  @Test
  void in_fromOwnPeer() {
    IncomingCall request = receive(waybill, ALL);

    RequestScope scope = request.scope();
    assertThat(scope.get(BaggageField.REQUEST_ID)).isEqualTo("r-1");
    assertThat(scope.get(USER)).isEqualTo("u-1");
    assertThat(scope.get(TENANT)).isEqualTo("t-1");
    assertThat(scope.get(PLAN)).isEqualTo(Plan.GOLD);
    assertThat(Baggage.fromContext(request.context()).asMap())
        .containsOnlyKeys("request.id", "user.id", "tenant.id", "plan", "locale", "foreign");
    request.end();
  }

  @Test
  void in_fromPublicPeer() {
    IncomingCall request = receive(fixture.distrusting(), ALL);

    RequestScope scope = request.scope();
    assertThat(scope.get(USER)).isNull();
    assertThat(scope.get(PLAN)).isNull();
    assertThat(scope.get(BaggageField.REQUEST_ID)).isNotEqualTo("r-1").hasSize(32);
    assertThat(scope.get(LOCALE)).isEqualTo("ko");
    assertThat(Baggage.fromContext(request.context()).asMap())
        .containsOnlyKeys("locale", "request.id");
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isEqualTo(5);
    request.end();
  }

  @Test
  void in_classifierThatFails() {
    Waybill failing =
        fixture
            .service(fixture.telemetry())
            .peers(
                peer -> {
                  throw new IllegalStateException();
                })
            .build();
    IncomingCall request = receive(failing, ALL);

    assertThat(request.scope().get(USER)).isNull();
    request.end();
  }

  @Test
  void in_valueThatItsFieldRefuses() {
    IncomingCall request =
        receive(waybill, "baggage: plan=SILVER,user.id=%ff,tenant.id=t-1,foreign=%ff");

    assertThat(request.scope().get(PLAN)).isNull();
    assertThat(request.scope().get(USER)).isNull();
    assertThat(request.scope().get(TENANT)).isEqualTo("t-1");
    assertThat(Baggage.fromContext(request.context()).getEntryValue("foreign")).isEqualTo("\uFFFD");
    assertThat(Baggage.fromContext(request.context()).getEntryValue("user.id")).isNull();
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(2);
    request.end();
  }

  @Test
  void in_codecThatThrows() {
    BaggageField<String> broken =
        BaggageField.identity(
            "broken",
            FieldCodec.of(
                text -> text,
                text -> {
                  throw new IllegalStateException(text);
                },
                "nothing"));
    Waybill service = fixture.service(fixture.telemetry()).carry(broken).build();
    IncomingCall request = receive(service, "baggage: broken=x,user.id=u-1");

    assertThat(request.scope().get(broken)).isNull();
    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    request.end();
  }

  @Test
  void in_severalLines() {
    IncomingCall request = receive(waybill, "baggage: user.id=u-1", "baggage: tenant.id=t-1");

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(request.scope().get(TENANT)).isEqualTo("t-1");
    request.end();
  }

  @Test
  void in_usableHeaderReplaces() {
    try (Scope ignored = Baggage.builder().put("plan", "GOLD").build().makeCurrent()) {
      IncomingCall request = receive(waybill, "baggage: locale=ko");

      assertThat(request.scope().get(PLAN)).isNull();
      request.end();
    }
  }

  @Test
  void in_insideAnotherRequestSeesNothingOfIt() {
    waybill
        .request()
        .with(USER, "outer")
        .with(PLAN, Plan.GOLD)
        .run(
            () -> {
              IncomingCall request = receive(waybill);
              assertThat(request.scope().get(USER)).isNull();
              assertThat(request.scope().get(PLAN)).isNull();
              request.end();
            });
  }

  @Test
  void in_hookFillsLocalFields() {
    Waybill service =
        fixture
            .service(fixture.telemetry())
            .onRequest((incoming, scope) -> scope.set(NOTE, incoming.header("x-note")))
            .build();
    IncomingCall request = receive(service, "x-note: hello", "x-note: again");

    assertThat(request.scope().get(NOTE)).isEqualTo("hello");
    request.end();
  }

  @Test
  void in_hooksRunInTheOrderInWhichTheyWereAdded() {
    Waybill service =
        fixture
            .service(fixture.telemetry())
            .onRequest((incoming, scope) -> scope.set(NOTE, "first"))
            .onRequest((incoming, scope) -> scope.update(NOTE, note -> note + " second"))
            .build();
    IncomingCall request = receive(service);

    assertThat(request.scope().get(NOTE)).isEqualTo("first second");
    request.end();
  }

  @Test
  void in_hookThatThrows() {
    Waybill service =
        fixture
            .service(fixture.telemetry())
            .onRequest(
                (incoming, scope) -> {
                  throw new AssertionError("hook");
                })
            .build();
    IncomingCall request = receive(service, ALL);

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(fixture.dropped(Outcome.HOOK_FAILED)).isEqualTo(1);
    request.end();
  }

  @Test
  void out_toOwnUnchanged() {
    assertThat(sent(ALL, OWN))
        .isEqualTo("request.id=r-1,user.id=u-1,tenant.id=t-1,plan=GOLD,locale=ko,foreign=x;p=1");
  }

  @Test
  void out_foreignMembersByteForByte() {
    String received = "a=%c3%a9%20;p=%2c;q , B=;x,request.id=r";
    assertThat(sent("baggage: " + received, OWN)).isEqualTo(received);
  }

  /** As above, but something else is new: identity goes first, and the members stay as they are. */
  @Test
  void out_foreignMembersByteForByte_besideAnIdThatIsMadeHere() {
    assertThat(sent("baggage: a=%c3%a9%20;p=%2c;q , B=;x", OWN))
        .matches("request\\.id=[0-9a-f]{32},a=%c3%a9%20;p=%2c;q,B=;x");
  }

  /** gRPC takes no tab, and drops the whole header for one. */
  @Test
  void out_noTabAndNoSpaceAtTheEnd() {
    assertThat(sent("baggage: request.id=r\t,\tB=x;p=\t1", OWN))
        .isEqualTo("request.id=r , B=x;p= 1");
    assertThat(sent("baggage: request.id=r, B=x;p= ", OWN)).isEqualTo("request.id=r,B=x;p=");
  }

  @Test
  void out_toPartnerTheNamedFieldOnly() {
    assertThat(sent(ALL, PARTNER)).isEqualTo("locale=ko");
    assertThat(fixture.dropped(Outcome.WITHHELD)).isEqualTo(5);
  }

  @Test
  void out_toAnybodyElseNothing() {
    assertThat(sent(ALL, UNKNOWN)).isNull();
    assertThat(sent(ALL, null)).isNull();
  }

  @Test
  void out_identifiedLater() {
    IncomingCall request = receive(waybill, "baggage: request.id=r-1");
    request.scope().identify(USER, "ü");

    assertThat(sent(request.context(), OWN, List.of())).isEqualTo("request.id=r-1,user.id=%C3%BC");
    request.end();
    assertThat(sent(request.context(), OWN, List.of())).isEqualTo("request.id=r-1,user.id=%C3%BC");
    assertThat(fixture.dropped(Outcome.AFTER_END)).isEqualTo(1);
  }

  @Test
  void out_plainPutOverIdentityAndWrongNames() {
    IncomingCall request = receive(waybill, "baggage: request.id=r-1,user.id=u-1");
    Baggage plain =
        Baggage.fromContext(request.context()).toBuilder()
            .put("user.id", "forged")
            .put("a,admin", "true")
            .put("plan", "GOLD")
            .put("meta", "x", BaggageEntryMetadata.create("ok=1;b\"ad;fine"))
            .build();

    assertThat(sent(request.context().with(plain), OWN, List.of()))
        .isEqualTo("request.id=r-1,user.id=u-1,plan=GOLD,meta=x;ok=1;fine");
    assertThat(fixture.dropped(Outcome.INVALID)).isEqualTo(1);
    request.end();
  }

  @Test
  void out_outsideOfRequestAttributesOnly() {
    Baggage plain =
        Baggage.builder().put("user.id", "forged").put("plan", "GOLD").put("other", "x").build();

    assertThat(sent(Context.root().with(plain), OWN, List.of())).isEqualTo("plan=GOLD,other=x");
    assertThat(sent(Context.root().with(plain), UNKNOWN, List.of())).isNull();
  }

  @Test
  void out_headerOfTheApplicationIsMerged() {
    IncomingCall request = receive(waybill, "baggage: request.id=r-1,user.id=u-1,plan=GOLD");
    List<String> present = List.of("user.id=forged,plan=FREE", "mine=1");

    assertThat(sent(request.context(), OWN, present))
        .isEqualTo("request.id=r-1,user.id=u-1,plan=GOLD,mine=1");
    assertThat(sent(request.context(), UNKNOWN, present)).isNull();
    request.end();
  }

  @Test
  void out_overBudgetLowestPriorityGoesFirst() {
    Waybill small =
        fixture
            .service(fixture.telemetry())
            .limits(Limits.DEFAULT.withHttpBytes(40).withGrpcBytes(40))
            .build();
    IncomingCall request = receive(small, ALL);
    Map<String, String> headers = new LinkedHashMap<>();
    OutgoingCall call = small.send(request.context(), OWN);
    call.inject(headers, Map::put, List.of(), small.limits().httpBytes());

    assertThat(headers.get("baggage")).isEqualTo("request.id=r-1,user.id=u-1,tenant.id=t-1");
    assertThat(fixture.dropped(Outcome.OVER_BUDGET)).isEqualTo(3);
    request.end();
  }

  /** All of what came in goes on (W3C Baggage §3.3.2): the id that is added here gives way. */
  @ParameterizedTest
  @ValueSource(ints = {64, 63, 1})
  void out_fullHeaderWithoutAnId_losesNothingToTheIdOfHere(int members) {
    int length = 8192 / members - 1;
    String full =
        IntStream.range(0, members)
            .mapToObj(i -> String.format("%-" + length + "s", "m" + i + "=").replace(' ', 'v'))
            .collect(Collectors.joining(","));
    IncomingCall request = receive(waybill, "baggage: " + full);

    assertThat(sent(request.context(), OWN, List.of())).isEqualTo(full);
    assertThat(fixture.dropped(Outcome.OVER_BUDGET)).isEqualTo(1);
    request.end();
  }

  @Test
  void out_throughAnotherWaybillByTheSharedField() {
    Waybill other =
        Waybill.builder(fixture.telemetry())
            .carry(TENANT)
            .carry(USER)
            .destination("http://own.internal", TrustZone.OWN)
            .build();
    IncomingCall request = receive(waybill, "baggage: request.id=r,user.id=u-1,tenant.id=t-1");
    Map<String, String> headers = new LinkedHashMap<>();
    other.send(request.context(), OWN).inject(headers, Map::put, List.of(), 4096);

    assertThat(headers.get("baggage")).isEqualTo("request.id=r,tenant.id=t-1,user.id=u-1");
    request.end();
  }

  /** What the request declares is not foreign to a Waybill that does not declare it. */
  @Test
  void out_throughAnotherWaybill_whatItDoesNotDeclareStays() {
    Waybill other =
        Waybill.builder(fixture.telemetry())
            .carry(TENANT)
            .destination("http://own.internal", TrustZone.OWN)
            .build();
    IncomingCall received =
        receive(waybill, "baggage: request.id=r,user.id=u-1,plan=GOLD,tenant.id=t-1,foreign=x");
    Context added =
        received
            .context()
            .with(Baggage.fromContext(received.context()).toBuilder().put("own", "1").build());

    for (Context caller : List.of(received.context(), added)) {
      Map<String, String> headers = new LinkedHashMap<>();
      OutgoingCall call = other.send(caller, OWN);
      call.inject(headers, Map::put, List.of(), 4096);
      call.end();

      assertThat(headers.get("baggage"))
          .contains("tenant.id=t-1", "foreign=x")
          .doesNotContain("user.id", "plan");
    }
    received.end();
  }

  /** Nobody declares them, and so nobody releases them. */
  @Test
  void out_toPartner_valuesWithoutProperties() {
    IncomingCall request =
        receive(waybill, "baggage: request.id=r,locale=fr;internal.account=4711");

    assertThat(sent(request.context(), PARTNER, List.of())).isEqualTo("locale=fr");
    assertThat(sent(request.context(), OWN, List.of()))
        .isEqualTo("request.id=r,locale=fr;internal.account=4711");
    request.end();
    IncomingCall bare = receive(waybill, "baggage: request.id=r");
    assertThat(sent(bare.context(), PARTNER, List.of("locale=fr;internal.account=4711")))
        .isEqualTo("locale=fr");
    Context plain =
        Context.root()
            .with(
                Baggage.builder()
                    .put("locale", "fr", BaggageEntryMetadata.create("internal.account=4711"))
                    .build());
    assertThat(sent(plain, PARTNER, List.of())).isEqualTo("locale=fr");
    bare.end();
  }

  /** The agent's parser has cut it to plan=GOLD; ours dropped it, and so it is gone. */
  @ParameterizedTest
  @ValueSource(strings = {"baggage: plan=GOLD%,locale=k%", "baggage: ", "baggage: ,"})
  void in_belowAnExtractor_anyLineOfBaggageReplacesItsResult(String header) {
    IncomingCall request = receivedBelow(waybill, "plan", "GOLD", header);

    assertThat(request.scope().get(PLAN)).isNull();
    assertThat(Baggage.fromContext(request.context()).asMap()).containsOnlyKeys("request.id");
    request.end();
  }

  /** By another header of the peer, which an extractor further out has read. */
  @Test
  void in_belowAnExtractor_itsResultPassesByTheRulesOfThePeer() {
    Waybill distrusting = fixture.distrusting();
    IncomingCall dropped = receivedBelow(distrusting, "plan", "GOLD");
    IncomingCall admitted = receivedBelow(distrusting, "locale", "ko");
    IncomingCall foreign = receivedBelow(distrusting, "internal", "x");
    IncomingCall identity = receivedBelow(waybill, "user.id", "forged");
    IncomingCall own = receivedBelow(waybill, "internal", "x");

    assertThat(dropped.scope().get(PLAN)).isNull();
    assertThat(admitted.scope().get(LOCALE)).isEqualTo("ko");
    assertThat(admitted.scope().provenance(LOCALE)).isEqualTo(Provenance.UNTRUSTED);
    assertThat(Baggage.fromContext(foreign.context()).asMap()).containsOnlyKeys("request.id");
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isEqualTo(2);
    assertThat(identity.scope().get(USER)).isNull();
    assertThat(Baggage.fromContext(own.context()).getEntryValue("internal")).isEqualTo("x");
    List.of(dropped, admitted, foreign, identity, own).forEach(IncomingCall::end);
  }

  private IncomingCall receivedBelow(
      Waybill service, String name, String value, String... headers) {
    Context outer = Context.root().with(Baggage.builder().put(name, value).build());
    try (Scope ignored = outer.makeCurrent()) {
      return receive(service, headers);
    }
  }

  /** Somebody on the way has added a line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.id=u-1,user.id=u-2",
        "user.id=u-1,user.id=u-2,user.id=u-1",
        "user.id=%75-1,user.id=u-2",
        "user.id=,user.id=u-2",
        "user.id=u-1,plan=GOLD,user.id=U-1;p=1"
      })
  void in_identityTwice_isNone(String members) {
    IncomingCall request =
        receive(waybill, "baggage: " + members, "baggage: request.id=r,tenant.id=t-1");

    assertThat(request.scope().get(USER)).isNull();
    assertThat(request.scope().get(TENANT)).isEqualTo("t-1");
    assertThat(sent(request.context(), OWN, List.of())).doesNotContain("user.id");
    assertThat(fixture.dropped(Outcome.DISPUTED)).isEqualTo(1);
    request.end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"user.id=u-1,user.id=u-1", "user.id=u-1,user.id=%75-1"})
  void in_identityTwiceWithOneValue(String members) {
    IncomingCall request = receive(waybill, "baggage: " + members);

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(fixture.dropped(Outcome.DISPUTED)).isZero();
    request.end();
  }

  /** An attribute is open: of two, the last wins, as for OpenTelemetry. */
  @Test
  void in_attributeTwice_theLastWins() {
    IncomingCall request = receive(waybill, "baggage: plan=GOLD,plan=FREE");

    assertThat(request.scope().get(PLAN)).isEqualTo(Plan.FREE);
    request.end();
  }

  /** An interceptor below ours that starts a span must not tie it to the trace either. */
  @Test
  void out_untraced_getsNothing() {
    Waybill service =
        fixture
            .service(fixture.telemetry())
            .untraced("https://*.example")
            .destination("https://unknown.example", TrustZone.OWN)
            .build();
    IncomingCall request = receive(service, ALL);
    Map<String, String> headers = new LinkedHashMap<>();
    OutgoingCall call = service.send(request.context(), UNKNOWN);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.inject(headers, Map::put, List.of("mine=1"), 8192);

    assertThat(headers).isEmpty();
    assertThat(Span.fromContext(call.context()).getSpanContext().isValid()).isFalse();
    assertThat(call.span().getSpanContext().isValid()).isTrue();
    call.end();
    request.end();
    assertThat(fixture.finishedSpans()).hasSize(2);
  }

  /** FAULTS "Borders", a reused client context: each call decides by where it goes itself. */
  @Test
  void out_contextOfAnotherCall_isDecidedAgain() {
    IncomingCall request = receive(waybill, ALL);
    OutgoingCall first = waybill.send(request.context(), OWN);
    first.inject(new LinkedHashMap<>(), Map::put, List.of(), 8192);

    assertThat(sent(first.context(), UNKNOWN, List.of())).isNull();
    assertThat(sent(first.context(), PARTNER, List.of())).isEqualTo("locale=ko");
    first.end();
    assertThat(sent(first.context(), UNKNOWN, List.of())).isNull();
    assertThat(Baggage.fromContext(waybill.send(first.context(), UNKNOWN).context()).asMap())
        .isEmpty();
    request.end();
  }

  @Test
  void out_contextBelowHasNoBaggage() {
    IncomingCall request = receive(waybill, ALL);

    assertThat(Baggage.fromContext(waybill.send(request.context(), PARTNER).context()).asMap())
        .isEmpty();
    assertThat(Baggage.fromContext(waybill.send(request.context(), UNKNOWN).context()).asMap())
        .isEmpty();
    request.end();
  }

  private @Nullable String sent(String header, @Nullable Destination destination) {
    IncomingCall request = receive(waybill, header);
    String sent = sent(request.context(), destination, List.of());
    request.end();
    return sent;
  }

  private @Nullable String sent(
      Context caller, @Nullable Destination destination, List<String> present) {
    Map<String, String> headers = new LinkedHashMap<>();
    OutgoingCall call = waybill.send(caller, destination);
    call.inject(headers, Map::put, present, waybill.limits().httpBytes());
    call.end();
    return headers.get("baggage");
  }
}
