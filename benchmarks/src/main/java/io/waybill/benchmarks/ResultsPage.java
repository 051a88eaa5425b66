package io.waybill.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** The text of RESULTS.md: sections by their titles, each for a major version of the JDK. */
final class ResultsPage {
  private static final String HEAD =
      """
      # Results

      Written by `benchmarks/run --results`, on the JDK that it finds; it replaces that JDK's section only. `RATIONALE.md`
      says how to read it: trust bytes and ratios, not nanoseconds.
      """;
  private static final String MARK = "## ";

  private ResultsPage() {}

  /** Returns the title of what JMH measured on {@code jdk}. */
  static String benchmarks(int jdk) {
    return "JDK " + jdk;
  }

  /** Returns the title of what was measured over sockets on {@code jdk}. */
  static String sockets(int jdk) {
    return "Over sockets, JDK " + jdk;
  }

  /** Returns the title of how the cost of a header grows on {@code jdk}. */
  static String growth(int jdk) {
    return "Growth of a header, JDK " + jdk;
  }

  /** Returns {@code page} with {@code section} below {@code title}, in place of what it had. */
  static String with(String page, String title, String section) {
    Map<String, String> sections = sections(page);
    sections.put(title, section.strip());
    StringBuilder text = new StringBuilder(HEAD);
    sections.forEach(
        (each, body) ->
            text.append('\n').append(MARK).append(each).append("\n\n").append(body).append('\n'));
    return text.toString();
  }

  /** Returns what stands below {@code title}; "" if {@code page} has no such section. */
  static String section(String page, String title) {
    return sections(page).getOrDefault(title, "");
  }

  private static Map<String, String> sections(String page) {
    Map<String, String> sections = new TreeMap<>();
    for (String part : page.split("(?m)(?=^" + MARK + ")", -1)) {
      if (part.startsWith(MARK)) {
        String[] titleAndBody = part.substring(MARK.length()).split("\n", 2);
        sections.put(titleAndBody[0], titleAndBody[1].strip());
      }
    }
    return sections;
  }
}
