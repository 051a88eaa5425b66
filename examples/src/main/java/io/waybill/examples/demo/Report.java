package io.waybill.examples.demo;

import static io.waybill.examples.demo.ShopFields.TENANT;
import static io.waybill.examples.demo.ShopFields.USER;

import io.waybill.BaggageField;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what happened, for a terminal of 100 columns. */
final class Report {
  /** More are summarised: nobody reads more trees than that. */
  private static final int MOST_TREES = 6;

  private static final int MOST_FAULTS = 5;
  private static final int ID_CHARS = 8;

  private final PrintStream out;
  private final LogLines logs;
  private final @Nullable Explanations explanations;
  private final URI jaeger;

  /**
   * Creates a report.
   *
   * @param explanations what became of each field, if that was asked for
   * @param jaeger where a Jaeger shows the traces, if they are exported to one
   */
  Report(PrintStream out, LogLines logs, @Nullable Explanations explanations, URI jaeger) {
    this.jaeger = jaeger;
    this.out = out;
    this.logs = logs;
    this.explanations = explanations;
  }

  /** Prints what is about to happen. */
  void print(Options options) {
    String endpoint = Telemetry.endpoint();
    out.printf(
        "A shop: edge → orders → inventory and billing → partner. Requests: %,d, %,d at a time.%n",
        options.requests(), options.concurrency());
    out.printf("Spans %s.%n", endpoint == null ? "stay in this process" : "also go to " + endpoint);
  }

  /** Prints the requests, some or all, and the verdict. */
  void print(Round round, List<Check.Claim> verdict) {
    printTrees(round);
    if (Telemetry.endpoint() != null) {
      printLinks(round.journeys());
    }
    out.println();
    verdict.forEach(this::print);
    out.printf(
        "%n%,d requests of as many users, %,d at a time, %,d spans, %.1f s: %s%n",
        round.journeys().size(),
        round.concurrency(),
        round.spans(),
        round.took().toMillis() / 1e3,
        verdict.stream().allMatch(Check.Claim::holds) ? "no mix-up, no leak" : "FAILED, see above");
  }

  private void printLinks(List<Journey> journeys) {
    out.printf("%nThe traces in Jaeger:%n");
    for (Journey journey : journeys) {
      Sent sent = journey.sent();
      String whose =
          sent.number() + " of " + sent.session().user() + " @ " + sent.session().tenant();
      out.printf("  %-32s %s%n", whose, jaeger.resolve("/trace/" + journey.trace()));
    }
  }

  private void printTrees(Round round) {
    List<Journey> journeys = round.journeys();
    int trees = journeys.size() <= MOST_TREES ? journeys.size() : 1;
    for (int i = 0; i < trees; i++) {
      print(journeys.get(i));
      if (i == 0) {
        printSample(journeys.get(i));
      }
    }
    if (trees < journeys.size()) {
      out.printf("%n... and %,d more requests%n", journeys.size() - trees);
    }
  }

  private void print(Check.Claim claim) {
    out.printf(
        "  %-4s  %-48s %,6d of %,d requests%n",
        claim.holds() ? "ok" : "FAIL", claim.text(), claim.held(), claim.requests());
    claim.faults().stream().limit(MOST_FAULTS).forEach(fault -> out.println("          " + fault));
    if (claim.faults().size() > MOST_FAULTS) {
      out.printf("          ... and %,d more%n", claim.faults().size() - MOST_FAULTS);
    }
  }

  private void print(Journey journey) {
    Sent sent = journey.sent();
    String title =
        String.format(
            "Request %d of %s @ %s", sent.number(), sent.session().user(), sent.session().tenant());
    out.printf("%n%-54s %7s   %s%n", title, "ms", "seen at the bottom, in the scope");
    if (sent.forged()) {
      out.println("  its own baggage header says " + Sent.FORGED);
    }
    SpanTree.rows(journey.inTrace()).forEach(row -> print(row, journey));
    SpanTree.rows(journey.renewals())
        .forEach(row -> print(row, "event " + String.join(", ", journey.events())));
  }

  private void print(SpanTree.Row row, Journey journey) {
    print(row, seen(row, journey));
  }

  private void print(SpanTree.Row row, String seen) {
    String name = row.lines() + row.span().getName() + (row.isCall() ? " →" : "");
    String line =
        String.format("  %-9s  %-41s %7.1f   %s", row.service(), name, row.millis(), seen);
    out.println(line.stripTrailing());
  }

  private static String seen(SpanTree.Row row, Journey journey) {
    if (row.isCall()) {
      return "";
    }
    Hop hop = journey.hopIn(row.span());
    if (hop == null) {
      return row.service().equals(Check.PARTNER)
          ? "baggage received: " + baggage(journey)
          : "rejected: its token has expired";
    }
    String request = hop.fields().getOrDefault(BaggageField.REQUEST_ID.name(), "");
    return hop.field(USER)
        + " @ "
        + hop.field(TENANT)
        + ", request "
        + request.substring(0, Math.min(ID_CHARS, request.length()));
  }

  private static String baggage(Journey journey) {
    return journey.atPartner().stream()
        .flatMap(received -> received.headers().getOrDefault("baggage", List.of()).stream())
        .collect(Collectors.joining(","));
  }

  private void printSample(Journey journey) {
    out.println("  The services logged:");
    logs.of(journey.requestId()).forEach(line -> out.println("    " + line));
    out.println("  The partner received:");
    journey.atPartner().stream()
        .flatMap(received -> received.headers().entrySet().stream())
        .forEach(header -> print(header.getKey(), header.getValue()));
    if (explanations != null) {
      out.println("  What became of each field, at each border of each service:");
      explanations.of(journey.trace()).forEach(line -> out.println("    " + line));
    }
  }

  private void print(String header, List<String> values) {
    values.forEach(value -> out.printf("    %s: %s%n", header, value));
  }
}
