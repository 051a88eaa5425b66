package io.waybill.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows as a Markdown table whose columns are aligned, so that it reads well in a terminal too. */
final class Table {
  private static final List<String> HEADS =
      List.of("benchmark", "params", "ns/op", "B/op", "time", "B", "against", "target", "met");
  private static final int FIRST_NUMBER = 2;

  private Table() {}

  /** Returns the table. Ratios are left out where the baseline was not measured with it. */
  static String of(List<Row> rows) {
    return of("", rows);
  }

  /** Returns {@code page}'s table with {@code rows} in place of its own of the same names. */
  static String of(String page, List<Row> rows) {
    Map<List<String>, List<String>> lines = new LinkedHashMap<>();
    lines.put(key(HEADS), HEADS);
    for (List<String> cells : lines(page)) {
      lines.put(key(cells), cells);
    }
    rows.forEach(row -> lines.put(List.of(row.fullName(), row.params()), cells(row, rows)));
    return aligned(List.copyOf(lines.values()), FIRST_NUMBER);
  }

  /** Returns the cells of the rows that {@link #of} wrote into {@code page}. */
  static List<List<String>> lines(String page) {
    return page.lines()
        .filter(line -> line.startsWith("|"))
        .map(Table::cells)
        .filter(cells -> cells.size() == HEADS.size() && cells.get(3).matches("\\d+"))
        .toList();
  }

  /** Returns the cells of a line of a table. */
  static List<String> cells(String line) {
    List<String> between = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    return between.subList(1, between.size() - 1);
  }

  private static List<String> key(List<String> cells) {
    return cells.subList(0, FIRST_NUMBER);
  }

  /**
   * Returns {@code lines} as a table.
   *
   * @param lines the heads first; all of one length
   * @param firstNumber the first column whose cells stand at the right
   */
  static String aligned(List<List<String>> lines, int firstNumber) {
    int[] widths = widths(lines);
    StringBuilder text = new StringBuilder(line(lines.get(0), widths, firstNumber));
    text.append(rule(widths, firstNumber));
    lines.subList(1, lines.size()).forEach(cells -> text.append(line(cells, widths, firstNumber)));
    return text.toString();
  }

  /** Returns {@code number}, or "" for NaN. */
  static String number(String format, double number) {
    return Double.isNaN(number) ? "" : String.format(Locale.ROOT, format, number);
  }

  private static List<String> cells(Row row, List<Row> rows) {
    Row baseline = rows.stream().filter(row::isAgainst).findAny().orElse(null);
    Target target = Target.of(row, Added.plain(rows, row) == null ? baseline : null);
    return List.of(
        row.fullName(),
        row.params(),
        number("%.1f", row.nanos()),
        number("%.0f", row.bytes()),
        baseline == null ? "" : number("%.2f", row.nanos() / baseline.nanos()),
        baseline == null ? "" : ratio(row.bytes(), baseline.bytes()),
        baseline == null ? "" : baseline.name(),
        target.text(),
        target.met());
  }

  /** Against nothing there is no ratio, and who allocates nothing has bytes of the profiler. */
  private static String ratio(double bytes, double baseline) {
    return baseline < 1 ? "" : number("%.2f", bytes / baseline);
  }

  private static int[] widths(List<List<String>> lines) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> cells : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], cells.get(column).length());
      }
    }
    return widths;
  }

  private static String rule(int[] widths, int firstNumber) {
    StringBuilder rule = new StringBuilder("|");
    for (int column = 0; column < widths.length; column++) {
      rule.append("-".repeat(widths[column] + 1)).append(column < firstNumber ? "-|" : ":|");
    }
    return rule.append('\n').toString();
  }

  private static String line(List<String> cells, int[] widths, int firstNumber) {
    StringBuilder line = new StringBuilder("|");
    for (int column = 0; column < widths.length; column++) {
      String fill = " ".repeat(widths[column] - cells.get(column).length());
      boolean left = column < firstNumber;
      line.append(' ').append(left ? "" : fill).append(cells.get(column));
      line.append(left ? fill : "").append(" |");
    }
    return line.append('\n').toString();
  }
}
