package io.waybill.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bytes per call beside those of another day. Says what is so, and judges nothing. */
final class Comparison {
  private static final int FIRST_NUMBER = 2;

  private Comparison() {}

  /**
   * Returns a table of {@code rows} and what {@code section}, a section of RESULTS.md, says of
   * each; a cell is empty where it says nothing.
   */
  static String of(List<Row> rows, String section) {
    Map<List<String>, String> committed = committed(section);
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("benchmark", "params", "B/op", "RESULTS.md", "difference"));
    for (Row row : rows) {
      List<String> key = List.of(row.fullName(), row.params());
      String then = committed.getOrDefault(key, "");
      String now = Table.number("%.0f", row.bytes());
      lines.add(List.of(row.fullName(), row.params(), now, then, difference(then, now)));
    }
    return Table.aligned(lines, FIRST_NUMBER);
  }

  private static String difference(String then, String now) {
    if (then.isEmpty() || now.isEmpty() || then.equals(now)) {
      return "";
    }
    return String.format("%+d", Long.parseLong(now) - Long.parseLong(then));
  }

  /** Returns bytes by name and params, as {@link Table#of} wrote them. */
  private static Map<List<String>, String> committed(String section) {
    Map<List<String>, String> bytes = new HashMap<>();
    for (List<String> cells : Table.lines(section)) {
      bytes.put(cells.subList(0, FIRST_NUMBER), cells.get(FIRST_NUMBER + 1));
    }
    return bytes;
  }
}
