package io.waybill.examples.demo;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what the services saw and did with what was sent. */
final class Check {
  static final String PARTNER = "partner";

  /** The event of a span in whose request a token was renewed. */
  static final String RENEWED = "waybill.credential.renewed";

  private static final String FORGED_MARK = "-forged";

  /** What a client of the JDK sends, and what we add for the partner. */
  private static final Set<String> HEADERS =
      Set.of("baggage", "content-length", "content-type", "host", "traceparent", "user-agent");

  /** The services in the order of their reports; orders reports two stages at the end. */
  private static final List<String> HOPS =
      List.of("edge", "orders", "inventory", "billing", "orders", "orders");

  /**
   * The spans of a request, each by its path in {@link SpanTree}; {@code →} is a call. The edge
   * calls three times: its access token has expired, so the first call is made again.
   */
  private static final List<String> PATHS =
      List.of(
          "edge",
          "edge edge→",
          "edge edge→",
          "edge edge→",
          "edge edge→ orders",
          "edge edge→ orders",
          "edge edge→ orders",
          "edge edge→ orders orders→",
          "edge edge→ orders orders→",
          "edge edge→ orders orders→ billing",
          "edge edge→ orders orders→ billing billing→",
          "edge edge→ orders orders→ billing billing→ partner",
          "edge edge→ orders orders→ inventory");

  /** With that of its renewal, which is a trace of its own. */
  static final int SPANS_OF_A_REQUEST = PATHS.size() + 1;

  private Check() {}

  /**
   * A claim about some requests.
   *
   * @param text what should be
   * @param requests how many were looked at; a claim about none does not hold
   * @param held for how many it holds
   * @param faults where it does not, and how
   */
  record Claim(String text, int requests, int held, List<String> faults) {
    boolean holds() {
      return requests > 0 && held == requests;
    }
  }

  /** Returns the verdict: one claim for each promise. */
  static List<Claim> of(Round round) {
    List<Journey> journeys = round.journeys();
    Set<String> requestIds = new HashSet<>();
    int strays =
        round.spans() - journeys.stream().mapToInt(journey -> journey.spans().size()).sum();
    List<Journey> forged = journeys.stream().filter(journey -> journey.sent().forged()).toList();
    return List.of(
        claim("every service was reached", journeys, Check::unreached),
        claim("every hop saw its own request's identity", journeys, Check::strangeHops),
        claim("no request id was given twice", journeys, journey -> reused(journey, requestIds)),
        claim("every span shows it, but the partner's", journeys, Check::strangeSpans),
        claim("every trace is whole", journeys, journey -> torn(journey, strays)),
        claim("its expired token was renewed once", journeys, Check::unrenewed),
        claim("a forged identity was believed nowhere", forged, Check::believed),
        claim("the partner got trace and locale, no identity", journeys, Check::leaked));
  }

  private static Claim claim(
      String text, List<Journey> journeys, Function<Journey, Stream<String>> faultsOf) {
    List<String> all = new ArrayList<>();
    int held = 0;
    for (Journey journey : journeys) {
      List<String> faults = faultsOf.apply(journey).toList();
      faults.forEach(fault -> all.add("request " + journey.sent().number() + ": " + fault));
      held += faults.isEmpty() ? 1 : 0;
    }
    return new Claim(text, journeys.size(), held, all);
  }

  private static Stream<String> unreached(Journey journey) {
    List<String> services = journey.hops().stream().map(Hop::service).toList();
    return differs("hops " + journey.failure(), services, HOPS);
  }

  private static Stream<String> strangeHops(Journey journey) {
    return journey.hops().stream().flatMap(hop -> strange(hop, journey));
  }

  private static Stream<String> strange(Hop hop, Journey journey) {
    Stream<String> fields =
        Hop.SHOWN.stream()
            .flatMap(
                field ->
                    differs(
                        hop.service() + " saw in its scope " + field.name(),
                        hop.field(field),
                        journey.expected(field)));
    long sent = journey.sent().number();
    return Stream.concat(
        fields, differs(hop.service() + " got as payload order", hop.number(), sent));
  }

  private static Stream<String> reused(Journey journey, Set<String> requestIds) {
    boolean first = !journey.requestId().isEmpty() && requestIds.add(journey.requestId());
    return first ? Stream.empty() : Stream.of("its request.id is missing, or used before");
  }

  private static Stream<String> strangeSpans(Journey journey) {
    return journey.inTrace().stream().flatMap(span -> strange(span, journey));
  }

  private static Stream<String> strange(SpanData span, Journey journey) {
    String service = SpanTree.service(span);
    boolean ours = !service.equals(PARTNER);
    return ShopFields.IDENTITY.stream()
        .flatMap(
            field ->
                differs(
                    "span \"" + span.getName() + "\" of " + service + " has " + field.name(),
                    span.getAttributes().get(AttributeKey.stringKey(field.name())),
                    ours ? journey.expected(field) : null));
  }

  private static Stream<String> torn(Journey journey, int strays) {
    List<String> paths =
        SpanTree.rows(journey.inTrace()).stream().map(SpanTree.Row::path).sorted().toList();
    return Stream.concat(
        differs("spans", paths, PATHS), differs("spans in no request's trace", strays, 0));
  }

  private static Stream<String> unrenewed(Journey journey) {
    return Stream.concat(
        differs("renewals", journey.renewals().size(), 1),
        differs("events of a renewal", journey.events(), List.of(RENEWED)));
  }

  private static Stream<String> believed(Journey journey) {
    Stream<String> seen = journey.hops().stream().flatMap(hop -> hop.fields().values().stream());
    Stream<String> shown =
        journey.spans().stream()
            .flatMap(span -> span.getAttributes().asMap().values().stream().map(String::valueOf));
    return Stream.concat(seen, shown)
        .filter(value -> Sent.FORGED.contains(value) && value.endsWith(FORGED_MARK))
        .map(value -> value + " is in a scope or on a span");
  }

  private static Stream<String> leaked(Journey journey) {
    if (journey.atPartner().size() != 1) {
      return differs("calls to the partner", journey.atPartner().size(), 1);
    }
    Map<String, List<String>> headers = journey.atPartner().get(0).headers();
    Set<String> unexpected = new TreeSet<>(headers.keySet());
    unexpected.removeAll(HEADERS);
    List<String> baggage = List.of("locale=" + journey.sent().locale());
    int traces = headers.getOrDefault("traceparent", List.of()).size();
    return Stream.of(
            identityIn(headers.toString(), journey),
            differs("headers at the partner that nobody expects", unexpected, Set.of()),
            differs("baggage at the partner", headers.get("baggage"), baggage),
            differs("traceparent lines at the partner", traces, 1))
        .flatMap(Function.identity());
  }

  private static Stream<String> identityIn(String headers, Journey journey) {
    Stream<String> identity = ShopFields.IDENTITY.stream().map(journey::expected);
    return Stream.concat(identity, Stream.of(journey.sent().token(), FORGED_MARK))
        .filter(value -> !value.isEmpty() && headers.contains(value))
        .map(value -> "a header at the partner holds " + value);
  }

  private static Stream<String> differs(
      String what, @Nullable Object actual, @Nullable Object expected) {
    return Objects.equals(actual, expected)
        ? Stream.empty()
        : Stream.of(what + " " + actual + " (expected: " + expected + ")");
  }
}
