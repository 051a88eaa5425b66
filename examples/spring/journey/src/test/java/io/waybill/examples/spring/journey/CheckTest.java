package io.waybill.examples.spring.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdict, on evidence that is right, and on the same after each kind of fault. */
class CheckTest {
  private static final Shopper SHOPPER = Shopper.numbered(1);
  private static final String LOGIN = "r-login";
  private static final String CHECKOUT = "r-checkout";
  private static final String OTHER = "u-other";
  private static final int PARTNER = 2;

  private final List<Hop> login = new ArrayList<>();
  private final List<Hop> checkout = new ArrayList<>();
  private final List<TracedSpan> loginSpans = new ArrayList<>();
  private final List<TracedSpan> spans = new ArrayList<>();
  private final List<Outsider.Received> atPartner = new ArrayList<>();
  private final List<Outsider.Received> atStranger = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  CheckTest() {
    add(loginSpans, LOGIN, "edge", "SERVER", "", "http post");
    add(loginSpans, LOGIN, "edge", "CLIENT", "1", "http get");
    add(loginSpans, LOGIN, "billing", "SERVER", "2", "http get /accounts/{id}");
    add(spans, CHECKOUT, "edge", "SERVER", "", "http get /checkout/{id}");
    add(spans, CHECKOUT, "edge", "CLIENT", "1", "shop.spring.Orders/Place");
    add(spans, CHECKOUT, "orders", "SERVER", "2", "shop.spring.Orders/Place");
    add(spans, CHECKOUT, "orders", "CLIENT", "3", "http get");
    add(spans, CHECKOUT, "billing", "SERVER", "4", "http get /charges/{id}");
    add(spans, CHECKOUT, "billing", "CLIENT", "5", "http get");
    add(spans, CHECKOUT, "edge", "CLIENT", "1", "http get");
    add(spans, CHECKOUT, "billing", "SERVER", "7", "http get /invoices/{id}");
    add(spans, CHECKOUT, "edge", "CLIENT", "1", "http get");
    login.addAll(List.of(hop("edge", LOGIN, 1), hop("billing", LOGIN, 3)));
    checkout.add(hop("edge", CHECKOUT, 1));
    checkout.add(hop("orders", CHECKOUT, 3));
    checkout.add(hop("orders-async", CHECKOUT, 3));
    checkout.add(hop("billing", CHECKOUT, 5));
    checkout.add(hop("billing", CHECKOUT, 8));
    lines.add(line(LOGIN, SHOPPER.user()));
    for (int i = 0; i < 5; i++) {
      lines.add(line(CHECKOUT, SHOPPER.user()));
    }
    for (int i = 0; i < PARTNER; i++) {
      atPartner.add(received("baggage", "request.id=" + CHECKOUT));
    }
    atStranger.add(received("accept", "*/*"));
  }

  /** A claim that has to fail, and the fault. */
  private static Arguments fault(String claim, java.util.function.Consumer<CheckTest> fault) {
    return Arguments.of(claim, fault);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("every service was reached", that -> that.checkout.remove(2)),
        fault("every service was reached", that -> that.login.clear()),
        fault("every hop saw", that -> that.changed(3, "user.id", OTHER)),
        fault("every hop saw", that -> that.changed(3, "tenant.id", "-")),
        fault("every hop saw", that -> that.changed(2, "number", "2")),
        fault("every hop saw", that -> that.changed(1, "request.id", LOGIN)),
        fault("no request id", that -> that.changed(0, "request.id", LOGIN)),
        fault("every log line", that -> that.lines.set(3, line(CHECKOUT, OTHER))),
        fault("every log line", that -> that.lines.remove(0)),
        fault("every trace is whole", that -> that.spans.remove(3)),
        fault("every trace is whole", that -> that.changed(1, "trace", "t")),
        fault("no span is doubled", that -> that.spans.add(that.spans.get(4))),
        fault("every span shows", that -> that.shows(5, "user.id", OTHER)),
        fault("every span shows", that -> that.shows(5, "request.id", "")),
        fault("every route is named", that -> that.named(4, "http get")),
        fault("the partner got", that -> that.atPartner.set(0, received("accept", "*/*"))),
        fault("the partner got", that -> that.atPartner.add(received("baggage", "a=b"))),
        fault(
            "the partner got",
            that -> that.atPartner.set(0, received("baggage", "user.id=" + SHOPPER.user()))),
        fault("the redirect's", that -> that.atStranger.set(0, received("x-id", CHECKOUT))),
        fault("the redirect's", that -> that.atStranger.set(0, received("cookie", "a"))),
        fault("the redirect's", that -> that.atStranger.clear()),
        fault("no application warned", that -> that.warnings.add("a scope was left open")));
  }

  @Test
  void rightEvidence_holds() {
    assertThat(verdict()).allMatch(Check.Claim::holds);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void fault_isSeen(String claim, java.util.function.Consumer<CheckTest> fault) {
    fault.accept(this);

    assertThat(verdict())
        .filteredOn(found -> found.text().startsWith(claim))
        .singleElement()
        .matches(found -> !found.holds())
        .satisfies(found -> assertThat(found.faults()).isNotEmpty());
  }

  private List<Check.Claim> verdict() {
    Journey journey =
        new Journey(
            new Browser.Visit(SHOPPER, "JSESSIONID=secret", login, checkout, ""),
            loginSpans,
            spans,
            atPartner,
            atStranger,
            lines);
    return Check.of(
        new Round(
            Telemetry.MICROMETER,
            List.of(journey),
            spans.size() + loginSpans.size(),
            warnings,
            Duration.ZERO));
  }

  private void changed(int hop, String entry, String value) {
    Map<String, String> entries = new HashMap<>(checkout.get(hop).entries());
    entries.put(entry, value);
    checkout.set(hop, new Hop(entries));
  }

  private void shows(int span, String field, String value) {
    Map<String, String> attributes = new HashMap<>(spans.get(span).attributes());
    attributes.put(field, value);
    spans.set(span, with(spans.get(span), spans.get(span).name(), attributes));
  }

  private void named(int span, String name) {
    spans.set(span, with(spans.get(span), name, spans.get(span).attributes()));
  }

  private static TracedSpan with(TracedSpan of, String name, Map<String, String> attributes) {
    return new TracedSpan(
        of.service(), of.trace(), of.id(), of.parent(), name, of.kind(), 0, 0, attributes, "");
  }

  private static void add(
      List<TracedSpan> to,
      String request,
      String service,
      String kind,
      String parent,
      String name) {
    String id = Integer.toString(to.size() + 1);
    Map<String, String> shown =
        Map.of("request.id", request, "user.id", SHOPPER.user(), "tenant.id", SHOPPER.tenant());
    to.add(new TracedSpan(service, request, id, parent, name, kind, 0, 0, shown, ""));
  }

  private static Hop hop(String service, String request, int span) {
    return new Hop(
        Map.of(
            "service",
            service,
            "number",
            "" + SHOPPER.number(),
            "request.id",
            request,
            "user.id",
            SHOPPER.user(),
            "tenant.id",
            SHOPPER.tenant(),
            "trace",
            request,
            "span",
            "" + span));
  }

  private static String line(String request, String user) {
    return "[" + request + " " + user + " " + SHOPPER.tenant() + "] a.Logger : order 1";
  }

  private static Outsider.Received received(String header, String value) {
    return new Outsider.Received(
        "/offers/1", Map.of(header, List.of(value), "traceparent", List.of("00-1-2-01")));
  }
}
