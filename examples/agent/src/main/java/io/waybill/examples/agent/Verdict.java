package io.waybill.examples.agent;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Compares what the services saw and did with what was sent. */
final class Verdict {
  /** SERVER and CLIENT of each of four services; inventory calls nobody, the edge is called. */
  static final int SPANS_OF_A_REQUEST = 8;

  private static final List<String> SERVICES = List.of("edge", "orders", "inventory", "billing");

  private final PrintStream out;
  private final List<Visit> visits;
  private boolean holds = true;

  private Verdict(PrintStream out, List<Visit> visits) {
    this.out = out;
    this.visits = visits;
  }

  /** Prints a claim for each promise, and returns whether they hold. */
  static boolean print(PrintStream out, List<Visit> visits) {
    Verdict verdict = new Verdict(out, visits);
    verdict.print();
    return verdict.holds;
  }

  private void print() {
    List<Visit> users = visits.stream().filter(visit -> !visit.isStranger()).toList();
    List<Visit> strangers = visits.stream().filter(Visit::isStranger).toList();
    Set<String> ids = new HashSet<>();
    claim("every service was reached", visits, Verdict::isComplete);
    claim("every hop saw its own request's identity", users, Verdict::isOwn);
    claim("no request id was given twice", visits, visit -> ids.add(visit.requestId()));
    claim("every span shows it", users, Verdict::isShown);
    claim("every trace is whole", visits, Verdict::isWhole);
    claim("a forged identity was believed nowhere", strangers, Verdict::isNobodys);
    claim("the partner got trace and locale, no identity", visits, Verdict::isKeptIn);
  }

  private void claim(String text, List<Visit> about, Predicate<Visit> claim) {
    long held = about.stream().filter(claim).count();
    boolean isOk = !about.isEmpty() && held == about.size();
    holds &= isOk;
    out.printf(
        "  %-4s  %-48s %,6d of %,d requests%n", isOk ? "ok" : "FAIL", text, held, about.size());
  }

  private static boolean isComplete(Visit visit) {
    return visit.hops().stream().map(hop -> hop.value(Hop.SERVICE)).toList().equals(SERVICES)
        && visit.hops().stream().allMatch(hop -> hop.value(Hop.ORDER).equals(visit.order()));
  }

  private static boolean isOwn(Visit visit) {
    return visit.hops().stream()
        .allMatch(
            hop ->
                hop.value(Hop.USER).equals(visit.user())
                    && hop.value(Hop.TENANT).equals(visit.tenant())
                    && hop.value(Hop.REQUEST).equals(visit.requestId()));
  }

  private static boolean isShown(Visit visit) {
    return visit.spans().stream()
        .allMatch(
            span ->
                span.value(Hop.USER).equals(visit.user())
                    && span.value(Hop.TENANT).equals(visit.tenant()));
  }

  private static boolean isWhole(Visit visit) {
    Map<String, TracedSpan> byId =
        visit.spans().stream().collect(Collectors.toMap(TracedSpan::id, span -> span));
    long first = visit.spans().stream().filter(span -> !byId.containsKey(span.parent())).count();
    return visit.spans().size() == SPANS_OF_A_REQUEST
        && first == 1
        && visit.hops().stream().allMatch(hop -> hop.value(Hop.TRACE).equals(visit.trace()));
  }

  private static boolean isNobodys(Visit visit) {
    boolean isSeen =
        visit.hops().stream().anyMatch(hop -> hop.toString().contains("forged"))
            || visit.spans().stream()
                .anyMatch(span -> span.attributes().toString().contains("forged"));
    return !isSeen && !visit.hops().isEmpty();
  }

  /** A locale that a stranger has sent is not believed, so the partner gets none. */
  private static boolean isKeptIn(Visit visit) {
    List<String> baggage = visit.atPartner().getOrDefault("baggage", List.of());
    List<String> expected = visit.isStranger() ? List.of() : List.of("locale=" + visit.locale());
    return baggage.equals(expected) && visit.atPartner().containsKey("traceparent");
  }
}
