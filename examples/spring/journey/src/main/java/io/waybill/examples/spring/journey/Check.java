package io.waybill.examples.spring.journey;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what the services saw and did with what the shoppers sent. */
final class Check {
  private static final List<String> LOGIN_HOPS = List.of("edge", "billing");
  private static final List<String> HOPS =
      List.of("edge", "orders", "orders-async", "billing", "billing");
  private static final long LINES = 5;

  /** The routes of HTTP servers, and what gRPC is asked. */
  private static final List<String> ROUTES =
      List.of("/charges/{id}", "/checkout/{id}", "/invoices/{id}", "shop.spring.Orders/Place");

  private static final Map<String, Long> LOGIN_KINDS =
      new TreeMap<>(Map.of("edge SERVER", 1L, "edge CLIENT", 1L, "billing SERVER", 1L));

  /** What may come to an outsider, beside the trace and what was granted. */
  private static final Set<String> HEADERS =
      Set.of(
          "accept",
          "accept-encoding",
          "baggage",
          "connection",
          "content-length",
          "host",
          "http2-settings",
          "traceparent",
          "upgrade",
          "user-agent");

  private final Telemetry telemetry;
  private final Set<String> ids = new HashSet<>();

  private Check(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * A claim about some visits.
   *
   * @param text what should be
   * @param visits how many were looked at; a claim about none does not hold
   * @param held for how many it holds
   * @param faults where it does not, and how
   */
  record Claim(String text, int visits, int held, List<String> faults) {
    boolean holds() {
      return visits > 0 && held == visits;
    }
  }

  /** Returns the verdict: one claim for each promise. */
  static List<Claim> of(Round round) {
    Check check = new Check(round.telemetry());
    List<Journey> journeys = round.journeys();
    List<String> warnings = round.warnings();
    return List.of(
        claim("every service was reached", journeys, Check::unreached),
        claim("every hop saw its own user, the log-in too", journeys, Check::strangeHops),
        claim("no request id was given twice", journeys, check::reused),
        claim("every log line shows its own user", journeys, Check::strangeLines),
        claim("every trace is whole", journeys, Check::torn),
        claim("no span is doubled", journeys, check::doubled),
        claim(
            check.telemetry.shown() + " shows request, user and tenant",
            journeys,
            check::strangeSpans),
        claim("every route is named", journeys, Check::unnamed),
        claim("the partner got the request id, no identity", journeys, Check::leaked),
        claim("the redirect's target got the trace alone", journeys, Check::leakedFurther),
        new Claim("no application warned of anything", 1, warnings.isEmpty() ? 1 : 0, warnings));
  }

  private static Claim claim(
      String text, List<Journey> journeys, Function<Journey, Stream<String>> faultsOf) {
    List<String> all = new ArrayList<>();
    int held = 0;
    for (Journey journey : journeys) {
      List<String> faults = faultsOf.apply(journey).toList();
      faults.forEach(fault -> all.add(journey.shopper() + ": " + fault));
      held += faults.isEmpty() ? 1 : 0;
    }
    return new Claim(text, journeys.size(), held, all);
  }

  private static Stream<String> unreached(Journey journey) {
    Browser.Visit visit = journey.visit();
    return Stream.concat(
        differs("hops of the log-in " + visit.failure(), services(visit.login()), LOGIN_HOPS),
        differs("hops of the checkout " + visit.failure(), services(visit.checkout()), HOPS));
  }

  private static List<String> services(List<Hop> hops) {
    return hops.stream().map(Hop::service).toList();
  }

  private static Stream<String> strangeHops(Journey journey) {
    Browser.Visit visit = journey.visit();
    return Stream.concat(
        visit.login().stream().flatMap(hop -> strange(hop, journey, journey.loginRequest())),
        visit.checkout().stream().flatMap(hop -> strange(hop, journey, journey.request())));
  }

  private static Stream<String> strange(Hop hop, Journey journey, String request) {
    Shopper shopper = journey.shopper();
    return Stream.of(
            differs(hop.service() + " got the number", hop.number(), "" + shopper.number()),
            differs(hop.service() + " saw the user", hop.user(), shopper.user()),
            differs(hop.service() + " saw the tenant", hop.tenant(), shopper.tenant()),
            differs(hop.service() + " saw the request", hop.request(), request))
        .flatMap(faults -> faults);
  }

  private Stream<String> reused(Journey journey) {
    return Stream.of(journey.loginRequest(), journey.request())
        .filter(id -> id.length() < 2 || id.contains("forged") || !ids.add(id))
        .map(id -> "request id " + id + " is missing, forged or used before");
  }

  private static Stream<String> strangeLines(Journey journey) {
    String whose = " " + journey.shopper().user() + " " + journey.shopper().tenant() + "]";
    long login = count(journey, "[" + journey.loginRequest() + whose);
    long checkout = count(journey, "[" + journey.request() + whose);
    return Stream.concat(
        differs("lines of the log-in", login, 1L),
        differs("lines of the checkout", checkout, LINES));
  }

  private static long count(Journey journey, String shown) {
    return journey.lines().stream().filter(line -> line.contains(shown)).count();
  }

  private static Stream<String> torn(Journey journey) {
    return Stream.concat(
        torn("the log-in", journey.login(), journey.visit().login()),
        torn("the checkout", journey.checkout(), journey.visit().checkout()));
  }

  /** One root, all others below a span of the trace, and all hops inside of it. */
  private static Stream<String> torn(String what, List<TracedSpan> spans, List<Hop> hops) {
    Set<String> ids = spans.stream().map(TracedSpan::id).collect(Collectors.toSet());
    List<String> roots =
        spans.stream()
            .filter(span -> !ids.contains(span.parent()))
            .map(span -> span.service() + " " + span.kind())
            .toList();
    Set<String> traces = hops.stream().map(Hop::trace).collect(Collectors.toSet());
    return Stream.of(
            differs("roots of " + what, roots, List.of("edge SERVER")),
            differs("traces of " + what, traces.size(), 1),
            hops.stream()
                .filter(hop -> !ids.contains(hop.span()))
                .map(hop -> "no span of " + what + " is " + hop.service() + "'s"))
        .flatMap(faults -> faults);
  }

  private Stream<String> doubled(Journey journey) {
    Map<String, Long> expected =
        Map.of(
            "edge SERVER", 1L,
            "edge CLIENT", telemetry.callsOfEdge(),
            "orders SERVER", 1L,
            "orders CLIENT", 1L,
            "billing SERVER", 2L,
            "billing CLIENT", 1L);
    return Stream.concat(
        differs("spans of the log-in", kinds(journey.login()), LOGIN_KINDS),
        differs("spans of the checkout", kinds(journey.checkout()), new TreeMap<>(expected)));
  }

  private static Map<String, Long> kinds(List<TracedSpan> spans) {
    return spans.stream()
        .filter(span -> span.isServer() || span.isClient())
        .collect(
            Collectors.groupingBy(
                span -> span.service() + " " + span.kind(), TreeMap::new, Collectors.counting()));
  }

  private Stream<String> strangeSpans(Journey journey) {
    return Stream.concat(
        strange(journey.login(), journey, journey.loginRequest()),
        strange(journey.checkout(), journey, journey.request()));
  }

  private Stream<String> strange(List<TracedSpan> spans, Journey journey, String request) {
    return spans.stream().filter(telemetry::shows).flatMap(span -> strange(span, journey, request));
  }

  private static Stream<String> strange(TracedSpan span, Journey journey, String request) {
    Map<String, String> expected =
        Map.of(
            "request.id", request,
            "user.id", journey.shopper().user(),
            "tenant.id", journey.shopper().tenant());
    return new TreeMap<>(expected)
        .entrySet().stream()
            .flatMap(
                field ->
                    differs(
                        "span \"" + span.name() + "\" of " + span.service() + " " + field.getKey(),
                        span.attributes().get(field.getKey()),
                        field.getValue()));
  }

  private static Stream<String> unnamed(Journey journey) {
    List<String> named =
        journey.checkout().stream()
            .filter(TracedSpan::isServer)
            .map(TracedSpan::name)
            .map(name -> name.substring(name.lastIndexOf(' ') + 1))
            .sorted()
            .toList();
    return differs("names of servers", named, ROUTES);
  }

  private static Stream<String> leaked(Journey journey) {
    List<String> granted = List.of("request.id=" + journey.request());
    return Stream.concat(
        differs("calls to the partner", journey.atPartner().size(), 2),
        journey.atPartner().stream()
            .flatMap(
                received ->
                    Stream.concat(
                        differs("baggage at the partner", received.header("baggage"), granted),
                        exposed(received, journey))));
  }

  private static Stream<String> leakedFurther(Journey journey) {
    return Stream.concat(
        differs("calls to the redirect's target", journey.atStranger().size(), 1),
        journey.atStranger().stream()
            .flatMap(
                received ->
                    Stream.of(
                            differs("baggage behind it", received.header("baggage"), List.of()),
                            received.headers().toString().contains(journey.request())
                                ? Stream.of("the request id is behind the redirect")
                                : Stream.<String>empty(),
                            exposed(received, journey))
                        .flatMap(faults -> faults)));
  }

  private static Stream<String> exposed(Outsider.Received received, Journey journey) {
    Set<String> unexpected = new HashSet<>(received.headers().keySet());
    unexpected.removeAll(HEADERS);
    String headers = received.headers().toString();
    Shopper shopper = journey.shopper();
    return Stream.of(
            differs("headers that nobody expects", unexpected, Set.of()),
            differs("traceparent lines", received.header("traceparent").size(), 1),
            Stream.of(shopper.user(), shopper.tenant(), journey.visit().session(), "forged")
                .filter(value -> !value.isEmpty() && headers.contains(value))
                .map(value -> "an outsider got " + value))
        .flatMap(faults -> faults);
  }

  private static Stream<String> differs(
      String what, @Nullable Object actual, @Nullable Object expected) {
    return Objects.equals(actual, expected)
        ? Stream.empty()
        : Stream.of(what + " " + actual + " (expected: " + expected + ")");
  }
}
