package io.waybill.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.waybill.BaggageField;
import io.waybill.examples.demo.PartnerService.Received;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo's verdict is red for each thing that can go wrong: real evidence, doctored. */
class CheckTest {
  private static final String REACHED = "every service was reached";
  private static final String HOPS = "every hop saw its own request's identity";
  private static final String ONCE = "no request id was given twice";
  private static final String SPANS = "every span shows it, but the partner's";
  private static final String WHOLE = "every trace is whole";
  private static final String RENEWED = "its expired token was renewed once";
  private static final String FORGED = "a forged identity was believed nowhere";
  private static final String PARTNER = "the partner got trace and locale, no identity";

  private static Round round;

  /** The first request claims to be somebody else, the second does not. */
  @BeforeAll
  static void sendTwoRequests() throws Exception {
    try (Shop shop = Shop.open(Threads.PLATFORM, Telemetry.kept())) {
      round = Round.send(shop, 2, 2);
    }
  }

  @Test
  void untouched_passes() {
    assertThat(failing(round)).isEmpty();
  }

  @Test
  void noRequests_fail() {
    assertThat(failing(new Round(List.of(), 1, 0, round.took()))).contains(HOPS, PARTNER);
  }

  @Test
  void unansweredRequest_fails() {
    Journey first = round.journeys().get(0);
    Journey unanswered =
        new Journey(first.sent(), "status 500", List.of(), first.spans(), first.atPartner());

    assertThat(failing(with(unanswered))).contains(REACHED);
  }

  @Test
  void swappedUsers_fail() {
    String other = round.journeys().get(1).sent().session().user();

    assertThat(failing(withHop("inventory", ShopFields.USER, other))).containsExactly(HOPS);
  }

  @Test
  void missingTenant_fails() {
    assertThat(failing(withHop("billing", ShopFields.TENANT, ""))).containsExactly(HOPS);
  }

  @Test
  void otherPayload_fails() {
    Journey first = round.journeys().get(0);
    Hop hop = first.hops().get(2);
    Hop doctored = new Hop(hop.service(), 2, hop.trace(), hop.span(), hop.fields());

    assertThat(failing(with(withHops(replaced(first.hops(), hop::equals, doctored)))))
        .containsExactly(HOPS);
  }

  @Test
  void forgedUser_fails() {
    assertThat(failing(withHop("orders", ShopFields.USER, "u-forged"))).contains(HOPS, FORGED);
  }

  @Test
  void reusedRequestId_fails() {
    String other = round.journeys().get(1).requestId();

    assertThat(failing(withHop("edge", BaggageField.REQUEST_ID, other))).contains(ONCE, HOPS);
  }

  @Test
  void spanWithoutUser_fails() {
    assertThat(failing(withSpan("orders", span -> shows(span, "user.id", ""))))
        .containsExactly(SPANS);
  }

  @Test
  void partnerSpanWithUser_fails() {
    assertThat(failing(withSpan("partner", span -> shows(span, "user.id", "u-ann"))))
        .containsExactly(SPANS);
  }

  @Test
  void missingSpan_fails() {
    Journey first = round.journeys().get(0);
    List<SpanData> fewer = new ArrayList<>(first.spans());
    fewer.removeIf(span -> SpanTree.service(span).equals("inventory"));
    Round doctored = with(withSpans(fewer));

    assertThat(failing(new Round(doctored.journeys(), 2, round.spans() - 1, round.took())))
        .containsExactly(WHOLE);
  }

  @Test
  void tornTrace_fails() {
    assertThat(failing(withSpan("billing", CheckTest::withoutParent))).containsExactly(WHOLE);
  }

  @Test
  void noRenewal_fails() {
    Journey first = round.journeys().get(0);
    Round doctored = with(withSpans(first.inTrace()));

    assertThat(failing(new Round(doctored.journeys(), 2, round.spans() - 1, round.took())))
        .containsExactly(RENEWED);
  }

  @Test
  void secondRenewal_fails() {
    Journey first = round.journeys().get(0);
    List<SpanData> more = new ArrayList<>(first.spans());
    more.addAll(first.renewals());
    Round doctored = with(withSpans(more));

    assertThat(failing(new Round(doctored.journeys(), 2, round.spans() + 1, round.took())))
        .containsExactly(RENEWED);
  }

  @Test
  void renewalWithoutEvent_fails() {
    Journey first = round.journeys().get(0);
    List<SpanData> none = first.spans().stream().map(CheckTest::withoutEvents).toList();

    assertThat(failing(with(withSpans(none)))).containsExactly(RENEWED);
  }

  @Test
  void spanOutsideOfTheTraces_fails() {
    assertThat(failing(new Round(round.journeys(), 2, round.spans() + 1, round.took())))
        .containsExactly(WHOLE);
  }

  @Test
  void userAtPartner_fails() {
    assertThat(failing(withHeader("baggage", "locale=de-DE,user.id=u-ann")))
        .containsExactly(PARTNER);
  }

  @Test
  void userInAnyHeaderAtPartner_fails() {
    assertThat(failing(withHeader("x-forwarded-user", "u-ann"))).containsExactly(PARTNER);
  }

  @Test
  void unexpectedHeaderAtPartner_fails() {
    assertThat(failing(withHeader("x-tenant", "somebody else's"))).containsExactly(PARTNER);
  }

  @Test
  void cookieAtPartner_fails() {
    String token = round.journeys().get(0).sent().token();

    assertThat(failing(withHeader("cookie", "session=" + token))).containsExactly(PARTNER);
  }

  @Test
  void noTraceAtPartner_fails() {
    assertThat(failing(withHeader("traceparent"))).containsExactly(PARTNER);
  }

  private static List<String> failing(Round round) {
    return Check.of(round).stream().filter(claim -> !claim.holds()).map(Check.Claim::text).toList();
  }

  private static Round with(Journey first) {
    List<Journey> journeys = List.of(first, round.journeys().get(1));
    return new Round(journeys, round.concurrency(), round.spans(), round.took());
  }

  private static Journey withHops(List<Hop> hops) {
    Journey first = round.journeys().get(0);
    return new Journey(first.sent(), "", hops, first.spans(), first.atPartner());
  }

  private static Journey withSpans(List<SpanData> spans) {
    Journey first = round.journeys().get(0);
    return new Journey(first.sent(), "", first.hops(), spans, first.atPartner());
  }

  private static Round withHop(String service, BaggageField<?> field, String value) {
    List<Hop> hops = round.journeys().get(0).hops();
    Hop hop = hops.stream().filter(one -> one.service().equals(service)).findFirst().orElseThrow();
    Map<String, String> fields = new LinkedHashMap<>(hop.fields());
    fields.put(field.name(), value);
    Hop doctored = new Hop(service, hop.number(), hop.trace(), hop.span(), fields);
    return with(withHops(replaced(hops, hop::equals, doctored)));
  }

  private static Round withSpan(String service, UnaryOperator<SpanData> change) {
    List<SpanData> spans = round.journeys().get(0).spans();
    SpanData server =
        spans.stream()
            .filter(span -> SpanTree.service(span).equals(service))
            .filter(span -> span.getParentSpanContext().isRemote())
            .findFirst()
            .orElseThrow();
    return with(withSpans(replaced(spans, server::equals, change.apply(server))));
  }

  private static Round withHeader(String name, String... values) {
    Journey first = round.journeys().get(0);
    Received received = first.atPartner().get(0);
    Map<String, List<String>> headers = new TreeMap<>(received.headers());
    headers.put(name, List.of(values));
    List<Received> doctored = List.of(new Received(received.number(), headers));
    return with(new Journey(first.sent(), "", first.hops(), first.spans(), doctored));
  }

  private static <T> List<T> replaced(List<T> all, Predicate<T> old, T by) {
    return all.stream().map(one -> old.test(one) ? by : one).toList();
  }

  private static SpanData shows(SpanData span, String key, String value) {
    Attributes doctored =
        span.getAttributes().toBuilder().put(AttributeKey.stringKey(key), value).build();
    return new DelegatingSpanData(span) {
      @Override
      public Attributes getAttributes() {
        return doctored;
      }
    };
  }

  private static SpanData withoutEvents(SpanData span) {
    return new DelegatingSpanData(span) {
      @Override
      public List<EventData> getEvents() {
        return List.of();
      }
    };
  }

  private static SpanData withoutParent(SpanData span) {
    return new DelegatingSpanData(span) {
      @Override
      public SpanContext getParentSpanContext() {
        return SpanContext.getInvalid();
      }
    };
  }
}
