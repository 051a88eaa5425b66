package io.waybill.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What calls over sockets cost, what that is more than plain ones, and beside the best peer. */
final class SocketTable {
  private static final int FIRST_NUMBER = 1;
  private static final List<String> HEADS =
      List.of("over sockets", "CPU µs", "B", "added µs", "added B", "ratio of µs", "ratio of B");

  private SocketTable() {}

  private record Row(SocketSubject subject, Cost whole, List<Cost> addedBySet) {
    Cost added() {
      return Cost.median(addedBySet);
    }
  }

  /**
   * Returns the table: medians, with the least and the most of what is added.
   *
   * @param subjects the plain one first
   * @param sets what a call costs each of them, in several sets of JVMs
   */
  static String of(List<SocketSubject> subjects, List<List<Cost>> sets) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      int index = i;
      Cost whole = Cost.median(sets.stream().map(set -> set.get(index)).toList());
      List<Cost> added = sets.stream().map(set -> set.get(index).less(set.get(0))).toList();
      rows.add(new Row(subjects.get(i), whole, added));
    }
    List<List<String>> lines = new ArrayList<>(List.of(HEADS));
    rows.forEach(row -> lines.add(cells(row, rows)));
    return Table.aligned(lines, FIRST_NUMBER);
  }

  private static List<String> cells(Row row, List<Row> rows) {
    boolean plain = row.subject == SocketSubject.PLAIN;
    return List.of(
        row.subject.label(),
        micros(row.whole.nanos() / 1000),
        bytes(row.whole.bytes()),
        plain ? "" : added(row, SocketTable::micros, cost -> cost.nanos() / 1000),
        plain ? "" : added(row, SocketTable::bytes, Cost::bytes),
        ratio(row, rows, Cost::nanos),
        ratio(row, rows, Cost::bytes));
  }

  private interface Format {
    String of(double number);
  }

  private static String added(Row row, Format format, ToDoubleFunction<Cost> part) {
    double[] sorted = row.addedBySet.stream().mapToDouble(part).sorted().toArray();
    String median = format.of(part.applyAsDouble(row.added()));
    return sorted.length == 1
        ? median
        : median
            + " ("
            + format.of(sorted[0])
            + " to "
            + format.of(sorted[sorted.length - 1])
            + ")";
  }

  /** The best peer may be one in time, and another in bytes. */
  private static String ratio(Row row, List<Row> rows, ToDoubleFunction<Cost> part) {
    return rows.stream()
        .filter(other -> row.subject.peers().contains(other.subject))
        .min(Comparator.comparingDouble(peer -> part.applyAsDouble(peer.added())))
        .map(best -> ratio(row, best, part))
        .orElse("");
  }

  private static String ratio(Row row, Row peer, ToDoubleFunction<Cost> part) {
    double ratio = part.applyAsDouble(row.added()) / part.applyAsDouble(peer.added());
    return Table.number("%.2f", ratio) + " x " + peer.subject.label();
  }

  private static String micros(double micros) {
    return Table.number("%.1f", micros);
  }

  private static String bytes(double bytes) {
    return Table.number("%.0f", bytes);
  }
}
