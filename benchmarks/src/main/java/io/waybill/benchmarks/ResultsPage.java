package io.waybill.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** The text of RESULTS.md: a section for each major version of the JDK. */
final class ResultsPage {
  private static final String HEAD =
      """
      # Results

      Written by `benchmarks/run --results`, on the JDK that it finds; it replaces that JDK's section only. `RATIONALE.md`
      says how to read it: trust bytes and ratios, not nanoseconds.
      """;
  private static final String TITLE = "## JDK ";

  private ResultsPage() {}

  /** Returns {@code page} with {@code section} for {@code jdk}, in place of the one it had. */
  static String with(String page, int jdk, String section) {
    Map<Integer, String> sections = sections(page);
    sections.put(jdk, section.strip());
    StringBuilder text = new StringBuilder(HEAD);
    sections.forEach(
        (major, body) ->
            text.append('\n').append(TITLE).append(major).append("\n\n").append(body).append('\n'));
    return text.toString();
  }

  /** Returns the section for {@code jdk}; "" if {@code page} has none. */
  static String section(String page, int jdk) {
    return sections(page).getOrDefault(jdk, "");
  }

  private static Map<Integer, String> sections(String page) {
    Map<Integer, String> sections = new TreeMap<>();
    for (String part : page.split("(?m)(?=^" + TITLE + "\\d+$)", -1)) {
      if (part.startsWith(TITLE)) {
        String[] titleAndBody = part.substring(TITLE.length()).split("\n", 2);
        sections.put(Integer.valueOf(titleAndBody[0]), titleAndBody[1].strip());
      }
    }
    return sections;
  }
}
