package io.waybill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows as a Markdown table whose columns are aligned, so that it reads well in a terminal too. */
final class Table {
  private static final List<String> HEADS =
      List.of("benchmark", "params", "ns/op", "B/op", "ratio of ns/op");
  private static final int FIRST_NUMBER = 2;

  private Table() {}

  /** Returns the table. The ratio is left out where the baseline was not measured with it. */
  static String of(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADS);
    rows.forEach(row -> lines.add(cells(row, rows)));
    return aligned(lines, FIRST_NUMBER);
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
    return List.of(
        row.fullName(),
        row.params(),
        number("%.1f", row.nanos()),
        number("%.0f", row.bytes()),
        ratio(row, rows));
  }

  private static String ratio(Row row, List<Row> rows) {
    return rows.stream()
        .filter(other -> other.name().equals(row.baseline()))
        .filter(other -> other.group().equals(row.group()) && other.params().equals(row.params()))
        .map(other -> number("%.2f", row.nanos() / other.nanos()) + " x " + other.name())
        .findAny()
        .orElse("");
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
