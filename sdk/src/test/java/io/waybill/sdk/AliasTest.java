package io.waybill.sdk;

import static io.waybill.sdk.Fixture.LOCALE;
import static io.waybill.sdk.Fixture.OWN;
import static io.waybill.sdk.Fixture.PARTNER;
import static io.waybill.sdk.Fixture.UNKNOWN;
import static io.waybill.sdk.Fixture.USER;
import static io.waybill.sdk.Fixture.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.waybill.BaggageField;
import io.waybill.FieldCodec;
import io.waybill.sdk.policy.Destination;
import io.waybill.sdk.policy.FieldRule;
import io.waybill.sdk.policy.Outcome;
import io.waybill.sdk.policy.TrustZone;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Legacy headers: aliases of a field, in and out, per zone, validated both ways. */
class AliasTest {
  private static final BaggageField<String> LANGUAGES =
      BaggageField.attribute("languages", FieldCodec.string());

  private final Fixture fixture = new Fixture();
  private final Waybill waybill = service(TrustZone.OWN);

  private Waybill service(TrustZone peers) {
    return Waybill.builder(fixture.telemetry())
        .carry(BaggageField.REQUEST_ID, rule -> rule.alias("x-request-id"))
        .carry(USER, rule -> rule.alias("x-user-id"))
        .carry(LOCALE, rule -> rule.alias("x-locale").admitFrom(TrustZone.PUBLIC))
        .peers(peer -> peers)
        .destination("http://own.internal", TrustZone.OWN)
        .destination("https://partner.example", TrustZone.PARTNER, LOCALE)
        .build();
  }

  @Test
  void in_fallbackWhereBaggageHasItNot() {
    IncomingCall request = receive(waybill, "x-user-id: u-1", "x-locale: ko");

    assertThat(request.scope().get(USER)).isEqualTo("u-1");
    assertThat(request.scope().get(LOCALE)).isEqualTo("ko");
    assertThat(Baggage.fromContext(request.context()).getEntryValue("locale")).isEqualTo("ko");
    request.end();
    assertThat(
            fixture.finishedSpans().get(0).getAttributes().get(AttributeKey.stringKey("user.id")))
        .isEqualTo("u-1");
  }

  @Test
  void in_baggageFirst() {
    IncomingCall request = receive(waybill, "x-user-id: old", "baggage: user.id=new");

    assertThat(request.scope().get(USER)).isEqualTo("new");
    assertThat(sent(request, OWN)).containsEntry("x-user-id", "new");
    request.end();
  }

  @Test
  void in_fromPeerThatMayNotAssertIt() {
    IncomingCall request =
        receive(service(TrustZone.PUBLIC), "x-user-id: u-1", "x-request-id: r", "x-locale: ko");

    assertThat(request.scope().get(USER)).isNull();
    assertThat(request.scope().get(BaggageField.REQUEST_ID)).isNotEqualTo("r");
    assertThat(request.scope().get(LOCALE)).isEqualTo("ko");
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isEqualTo(2);
    request.end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " u", "u\r\nx-admin: true", "u\u0000", "\u00fc", "u\t", "seventeen-is-long"})
  void in_refused(String value) {
    IncomingCall request =
        waybill.receive(
            Map.of("x-user-id", List.of(value)),
            Fixture.Lines.GETTER,
            Fixture.PEER,
            "GET",
            span -> {});

    assertThat(request.scope().get(USER)).isNull();
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(1);
    request.end();
  }

  /** Of two lines nobody knows which is right, as for traceparent. */
  @Test
  void in_twoLines_areNone() {
    IncomingCall request = receive(waybill, "x-user-id: u-1", "x-user-id: u-2");

    assertThat(request.scope().get(USER)).isNull();
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(1);
    request.end();
  }

  /** RFC 9110 §5.3: a proxy may join two lines, and then nobody sees that there were two. */
  @ParameterizedTest
  @ValueSource(
      strings = {"mallory, ben", "mallory,ben", "mallory,", ",ben", ",", "a, b, c", "a\t,b"})
  void in_comma_isTwoLines(String value) {
    IncomingCall request =
        receive(waybill, "x-user-id: " + value, "x-request-id: " + value, "x-locale: " + value);

    assertThat(request.scope().get(USER)).isNull();
    assertThat(request.scope().get(LOCALE)).isNull();
    assertThat(request.scope().get(BaggageField.REQUEST_ID))
        .isNotEqualTo(value)
        .doesNotContain(",");
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(3);
    request.end();
  }

  @Test
  void in_list_isAllOfIt() {
    Waybill listing = listing();
    IncomingCall joined = receive(listing, "x-langs: en, fr,de");
    IncomingCall lines = receive(listing, "x-langs: en", "x-langs: ", "x-langs: fr,de");

    assertThat(joined.scope().get(LANGUAGES)).isEqualTo("en, fr,de");
    assertThat(lines.scope().get(LANGUAGES)).isEqualTo("en, fr,de");
    assertThat(sent(listing, joined, OWN)).containsEntry("x-langs", "en, fr,de");
    joined.end();
    lines.end();
  }

  /** One line, or many that are too long together: no more is read than could be taken. */
  @Test
  void in_list_overItsLimit() {
    Waybill listing = listing();
    String half = "a".repeat(512);
    for (List<String> lines :
        List.of(
            List.of("a".repeat(1025)), List.of(half, half), Collections.nCopies(100_000, "a,a"))) {
      IncomingCall request =
          listing.receive(
              Map.of("x-langs", lines), Fixture.Lines.GETTER, Fixture.PEER, "GET", span -> {});
      assertThat(request.scope().get(LANGUAGES)).isNull();
      request.end();
    }
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(3);
  }

  @Test
  void in_list_demoted() {
    Waybill demoting =
        Waybill.builder(fixture.telemetry())
            .carry(USER, rule -> rule.aliasList("x-users").demoteTo(LANGUAGES))
            .carry(LANGUAGES, rule -> rule.admitFrom(TrustZone.PUBLIC))
            .build();
    IncomingCall request = receive(demoting, "x-users: a, b");

    assertThat(request.scope().get(LANGUAGES)).isEqualTo("a, b");
    request.end();
  }

  private Waybill listing() {
    return Waybill.builder(fixture.telemetry())
        .carry(LANGUAGES, rule -> rule.aliasList("x-langs"))
        .peers(peer -> TrustZone.OWN)
        .destination("http://own.internal", TrustZone.OWN)
        .build();
  }

  @Test
  void in_demotedWhereThePeerMayNotAssertIt() {
    Waybill demoting =
        Waybill.builder(fixture.telemetry())
            .carry(USER, rule -> rule.alias("x-user-id").demoteTo(LOCALE))
            .carry(LOCALE, rule -> rule.admitFrom(TrustZone.PUBLIC))
            .build();
    IncomingCall claimed = receive(demoting, "x-user-id: u-1");
    IncomingCall both = receive(demoting, "x-user-id: u-1", "baggage: locale=ko");

    assertThat(claimed.scope().get(USER)).isNull();
    assertThat(claimed.scope().get(LOCALE)).isEqualTo("u-1");
    assertThat(both.scope().get(LOCALE)).isEqualTo("ko");
    assertThat(fixture.dropped(Outcome.UNTRUSTED)).isEqualTo(1);
    claimed.end();
    both.end();
  }

  /** Where the protocol limits all headers together: x-user-id and u-1 are 12 bytes, and 32. */
  @ParameterizedTest
  @CsvSource({"71, false", "72, true"})
  void out_asManyAsThereIsRoomFor(int total, boolean written) {
    IncomingCall request = receive(waybill, "baggage: request.id=r,user.id=u-1");
    Map<String, String> headers = new LinkedHashMap<>();
    waybill.send(request.context(), OWN).inject(headers, Map::put, List.of(), 27, 27 + 45);
    assertThat(headers).containsEntry("baggage", "request.id=r,user.id=u-1");
    headers.clear();
    waybill.send(request.context(), OWN).inject(headers, Map::put, List.of(), 27, total + 41);

    assertThat(headers).containsEntry("x-request-id", "r");
    assertThat(headers.containsKey("x-user-id")).isEqualTo(written);
    request.end();
  }

  /** As a gateway that copies the headers of a stranger. */
  @Test
  void out_writtenByTheApplication_isTakenOut() {
    IncomingCall anonymous = receive(waybill, "baggage: request.id=r");
    Map<String, List<String>> copied =
        Fixture.Lines.of("x-user-id: admin", "x-request-id: forged", "x-other: stays");
    for (Destination destination : List.of(OWN, PARTNER, UNKNOWN)) {
      Map<String, List<String>> carrier = new LinkedHashMap<>(copied);
      OutgoingCall call = waybill.send(anonymous.context(), destination);
      call.start(carrier, Fixture.Lines.GETTER, "GET", span -> {});
      call.takeOut(carrier, (lines, name) -> lines.remove(name) != null);
      call.end();

      assertThat(carrier).containsOnlyKeys("x-other");
    }
    assertThat(fixture.dropped(Outcome.SHADOWED)).isEqualTo(6);
    anonymous.end();
  }

  /** An attribute is open: like a member of baggage, it goes where the field may go. */
  @Test
  void out_ofAnAttribute_writtenByTheApplication() {
    IncomingCall without = receive(waybill, "baggage: request.id=r");
    IncomingCall with = receive(waybill, "baggage: request.id=r,locale=ko");

    assertThat(keeps(without, OWN)).isTrue();
    assertThat(keeps(without, UNKNOWN)).isFalse();
    assertThat(fixture.dropped(Outcome.WITHHELD)).isEqualTo(2);
    assertThat(keeps(with, OWN)).as("the request has its own").isFalse();
    without.end();
    with.end();
  }

  private boolean keeps(IncomingCall request, Destination destination) {
    Map<String, List<String>> carrier = new LinkedHashMap<>(Fixture.Lines.of("x-locale: fr"));
    OutgoingCall call = waybill.send(request.context(), destination);
    call.takeOut(carrier, (lines, name) -> lines.remove(name) != null);
    call.end();
    return carrier.containsKey("x-locale");
  }

  @Test
  void out_besideTheBaggageToWhomItIsReleased() {
    IncomingCall request = receive(waybill, "baggage: request.id=r,user.id=u-1,locale=ko");

    assertThat(sent(request, OWN))
        .contains(
            Map.entry("x-request-id", "r"),
            Map.entry("x-user-id", "u-1"),
            Map.entry("x-locale", "ko"));
    assertThat(sent(request, PARTNER))
        .containsEntry("x-locale", "ko")
        .doesNotContainKeys("x-user-id", "x-request-id");
    assertThat(sent(request, UNKNOWN)).containsOnlyKeys("traceparent");
    request.end();
  }

  @Test
  void out_valueThatWouldBreakTheHeader() {
    IncomingCall request = receive(waybill, "baggage: user.id=u%0d%0ax:y,locale=%ed%95%9c");
    Map<String, String> headers = sent(request, OWN);

    assertThat(headers).doesNotContainKeys("x-user-id", "x-locale");
    assertThat(headers.get("baggage")).contains("user.id=u%0d%0ax:y");
    request.end();
  }

  /**
   * What our own border would refuse is not written: it is in the baggage, and the alias counts.
   */
  @Test
  void out_valueThatOurOwnBorderRefuses() {
    String comma = "Doe, Jane";
    Map<String, String> headers =
        waybill.request().with(LOCALE, comma).call(() -> sent(Context.current()));
    assertThat(headers).doesNotContainKey("x-locale").containsKey("x-request-id");
    assertThat(headers.get("baggage")).contains("locale=Doe%2C%20Jane");
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(1);

    headers = waybill.request().with(LOCALE, "a".repeat(1025)).call(() -> sent(Context.current()));
    assertThat(headers).doesNotContainKey("x-locale");
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(2);
  }

  /** A codec of the user that reads less than it writes. */
  @Test
  void out_valueThatItsOwnCodecDoesNotRead() {
    BaggageField<String> odd =
        BaggageField.attribute(
            "odd", FieldCodec.of(v -> v, text -> text.startsWith("x") ? null : text, "no x"));
    Waybill carrying =
        Waybill.builder(fixture.telemetry())
            .carry(odd, rule -> rule.alias("x-odd"))
            .destination("http://own.internal", TrustZone.OWN)
            .build();

    Map<String, String> read =
        carrying.request().with(odd, "ay").call(() -> sent(carrying, Context.current(), OWN));
    Map<String, String> refused =
        carrying.request().with(odd, "xy").call(() -> sent(carrying, Context.current(), OWN));

    assertThat(read).containsEntry("x-odd", "ay");
    assertThat(refused).doesNotContainKey("x-odd");
    assertThat(fixture.dropped(Outcome.REFUSED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"baggage", "X-User", "x user", "", "cookie", "x-bin", "host"})
  void alias_wrongName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldRule.DEFAULT.alias(name))
        .withMessageContaining("header: \"" + name + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-auth-token",
        "x-accesstoken",
        "x-api-key",
        "x-apikey",
        "client_secret"
      })
  void aliasOrOtherName_ofACredential(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldRule.DEFAULT.alias(name))
        .withMessageContaining("header: \"" + name + "\" looks like a credential");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldRule.DEFAULT.receivedAs(name))
        .withMessageContaining("name: \"" + name + "\" looks like a credential");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-session-id", "x-author", "x-token-bucket", "x-tokenizer"})
  void aliasOrOtherName_ofNoCredential(String name) {
    assertThat(FieldRule.DEFAULT.alias(name).alias()).isEqualTo(name);
    assertThat(FieldRule.DEFAULT.receivedAs(name).receivedAs()).isEqualTo(name);
  }

  @Test
  void alias_ofTwoFields() {
    WaybillBuilder builder =
        Waybill.builder(fixture.telemetry()).carry(USER, rule -> rule.alias("x-id"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.carry(LOCALE, rule -> rule.alias("x-id")))
        .withMessageContaining("x-id");
  }

  private Map<String, String> sent(IncomingCall request, Destination destination) {
    return sent(waybill, request.context(), destination);
  }

  private Map<String, String> sent(Context caller) {
    return sent(waybill, caller, OWN);
  }

  private static Map<String, String> sent(
      Waybill waybill, IncomingCall request, Destination destination) {
    return sent(waybill, request.context(), destination);
  }

  private static Map<String, String> sent(
      Waybill waybill, Context caller, Destination destination) {
    Map<String, String> headers = new LinkedHashMap<>();
    OutgoingCall call = waybill.send(caller, destination);
    call.start(Map.of(), Fixture.Lines.GETTER, "GET", span -> {});
    call.inject(headers, Map::put, List.of(), 4096);
    call.end();
    return headers;
  }
}
