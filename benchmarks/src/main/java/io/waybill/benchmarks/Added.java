package io.waybill.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What benchmarks add to {@code plain}, the one of their class in which nothing is installed. */
final class Added {
  private static final String PLAIN = "plain";
  private static final int FIRST_NUMBER = 2;
  private static final List<String> HEADS =
      List.of(
          "added to plain by",
          "params",
          "ns/op",
          "B/op",
          "ratio of ns",
          "ratio of B",
          "target",
          "met");

  private Added() {}

  /** Returns the table; "" if no class of {@code rows} has a plain one. */
  static String of(List<Row> rows) {
    return of("", rows);
  }

  /** Returns {@code section}'s table with {@code rows} in place of its own of the same names. */
  static String of(String section, List<Row> rows) {
    Map<List<String>, List<String>> lines = new LinkedHashMap<>();
    put(lines, HEADS);
    lines(section).forEach(cells -> put(lines, cells));
    for (Row row : rows) {
      Row plain = plain(rows, row);
      if (plain != null) {
        put(lines, cells(row, plain, sibling(rows, row, row.baseline())));
      }
    }
    return lines.size() == 1 ? "" : Table.aligned(List.copyOf(lines.values()), FIRST_NUMBER);
  }

  private static void put(Map<List<String>, List<String>> lines, List<String> cells) {
    lines.put(cells.subList(0, FIRST_NUMBER), cells);
  }

  /** Returns the cells of the rows that {@link #of} wrote into {@code section}. */
  private static List<List<String>> lines(String section) {
    return section.lines().filter(line -> line.startsWith("| +")).map(Table::cells).toList();
  }

  /** Returns what {@code row} adds to, or null: then what it is measured by is the whole. */
  static @Nullable Row plain(List<Row> rows, Row row) {
    return row.name().equals(PLAIN) ? null : sibling(rows, row, PLAIN);
  }

  // The + tells it from the row of the whole, for those who look for a name.
  private static List<String> cells(Row row, Row plain, @Nullable Row peer) {
    Row added = row.less(plain);
    Row byPeer = peer == null ? null : peer.less(plain);
    Target target = Target.of(added, byPeer);
    return List.of(
        "+" + row.fullName(),
        row.params(),
        Table.number("%.1f", added.nanos()),
        Table.number("%.0f", added.bytes()),
        byPeer == null ? "" : ratio(added.nanos(), byPeer.nanos(), byPeer),
        byPeer == null ? "" : ratio(added.bytes(), byPeer.bytes(), byPeer),
        target.text(),
        target.met());
  }

  private static String ratio(double added, double byPeer, Row peer) {
    return Table.number("%.2f", added / byPeer) + " x " + peer.name();
  }

  private static @Nullable Row sibling(List<Row> rows, Row row, @Nullable String name) {
    Optional<Row> found =
        rows.stream()
            .filter(other -> other.name().equals(name))
            .filter(other -> other.group().equals(row.group()))
            .filter(other -> other.params().equals(row.params()))
            .findAny();
    return found.orElse(null);
  }
}
