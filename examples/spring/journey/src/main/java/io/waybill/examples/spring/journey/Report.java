package io.waybill.examples.spring.journey;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what happened, for a terminal of 100 columns. */
final class Report {
  /** More are summarised: nobody reads more trees than that. */
  private static final int MOST_TREES = 2;

  private static final int MOST_LINKS = 10;
  private static final int MOST_FAULTS = 5;
  private static final int ID_CHARS = 8;

  private final PrintStream out;
  private final Options options;

  Report(PrintStream out, Options options) {
    this.out = out;
    this.options = options;
  }

  /** Prints what is about to happen. */
  void begin() {
    out.println("A shop: edge → orders → billing, all three by Spring Boot, and a partner.");
    out.printf(
        "Users: %,d, each logs in and checks out, %,d at a time. Traced by: %s.%n",
        options.users(),
        options.concurrency(),
        options.telemetry().name().toLowerCase(Locale.ROOT));
  }

  /** Prints the visits, some or all, and the verdict. */
  void end(Round round, List<Check.Claim> verdict) {
    List<Journey> journeys = round.journeys();
    int trees = Math.min(MOST_TREES, journeys.size());
    journeys.subList(0, trees).forEach(this::print);
    if (trees < journeys.size()) {
      out.printf("%n... and %,d more users%n", journeys.size() - trees);
    }
    if (options.export() != null) {
      printLinks(journeys);
    }
    out.println();
    verdict.forEach(this::print);
    out.printf(
        "%n%,d users, %,d at a time, %,d spans, %.1f s: %s%n",
        journeys.size(),
        options.concurrency(),
        round.spans(),
        round.took().toMillis() / 1e3,
        verdict.stream().allMatch(Check.Claim::holds) ? "no mix-up, no leak" : "FAILED, see above");
  }

  private void printLinks(List<Journey> journeys) {
    out.printf("%nTheir traces in Jaeger:%n");
    for (Journey journey : journeys.subList(0, Math.min(MOST_LINKS, journeys.size()))) {
      String link = options.jaeger().resolve("/trace/" + journey.trace()).toString();
      out.printf("  %-24s %s%n", journey.shopper(), link);
    }
  }

  private void print(Check.Claim claim) {
    out.printf(
        "  %-4s  %-52s %,6d of %,d%n",
        claim.holds() ? "ok" : "FAIL", claim.text(), claim.held(), claim.visits());
    claim.faults().stream().limit(MOST_FAULTS).forEach(fault -> out.println("          " + fault));
    if (claim.faults().size() > MOST_FAULTS) {
      out.printf("          ... and %,d more%n", claim.faults().size() - MOST_FAULTS);
    }
  }

  private void print(Journey journey) {
    Shopper shopper = journey.shopper();
    out.printf("%n%-62s %7s   %s%n", shopper + " logs in", "ms", "on the span");
    SpanTree.rows(journey.login()).forEach(this::print);
    out.printf("%n%-62s %7s   %s%n", shopper + " checks out", "ms", "on the span");
    if (shopper.forged()) {
      out.println("  the browser's own baggage header says " + Shopper.FORGED);
    }
    SpanTree.rows(journey.checkout()).forEach(this::print);
    out.println("  Seen by code:");
    journey.visit().checkout().forEach(hop -> out.println("    " + seen(hop)));
    out.println("  Logged:");
    journey.lines().forEach(line -> out.println("    " + shown(line)));
    journey.atPartner().forEach(received -> print("The partner", received));
    journey.atStranger().forEach(received -> print("The redirect's target", received));
  }

  private static String seen(Hop hop) {
    return String.format(
        "%-12s  %s @ %s, request %s",
        hop.service(), hop.user(), hop.tenant(), brief(hop.request()));
  }

  /** Without time, process and thread, which differ in each run and fill the line. */
  private static String shown(String line) {
    return line.substring(Math.max(0, line.lastIndexOf('[')));
  }

  private void print(SpanTree.Row row) {
    TracedSpan span = row.span();
    String name = row.lines() + span.name() + (span.isClient() ? " →" : "");
    Map<String, String> fields = span.attributes();
    String shows =
        fields.getOrDefault("user.id", "-")
            + " @ "
            + fields.getOrDefault("tenant.id", "-")
            + ", "
            + brief(fields.getOrDefault("request.id", "-"));
    out.printf("  %-8s  %-50s %7.1f   %s%n", span.service(), name, span.millis(), shows);
  }

  private void print(String who, Outsider.Received received) {
    out.printf("  %s received %s with%n", who, received.path());
    for (String name : List.of("baggage", "traceparent")) {
      received.header(name).forEach(value -> out.printf("    %s: %s%n", name, value));
    }
  }

  private static String brief(String id) {
    return id.substring(0, Math.min(ID_CHARS, id.length()));
  }
}
