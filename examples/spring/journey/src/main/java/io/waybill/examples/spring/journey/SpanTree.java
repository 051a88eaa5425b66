package io.waybill.examples.spring.journey;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The spans of one trace as a tree, top down, in the order in which they began. */
final class SpanTree {
  private final Map<String, List<TracedSpan>> children;
  private final List<Row> rows = new ArrayList<>();

  /** A span, with the branches that lead to it, as text. */
  record Row(TracedSpan span, String lines) {}

  private SpanTree(List<TracedSpan> spans) {
    Set<String> ids = spans.stream().map(TracedSpan::id).collect(toSet());
    children = spans.stream().collect(groupingBy(TracedSpan::parent));
    // Where a parent is missing, its children stand at the top, so that all is seen.
    sorted(spans.stream().filter(span -> !ids.contains(span.parent())).toList())
        .forEach(root -> add(root, "", ""));
  }

  static List<Row> rows(List<TracedSpan> spans) {
    return new SpanTree(spans).rows;
  }

  private void add(TracedSpan span, String lines, String linesBelow) {
    rows.add(new Row(span, lines));
    List<TracedSpan> below = sorted(children.getOrDefault(span.id(), List.of()));
    for (int i = 0; i < below.size(); i++) {
      boolean last = i == below.size() - 1;
      add(below.get(i), linesBelow + (last ? "└─ " : "├─ "), linesBelow + (last ? "   " : "│  "));
    }
  }

  private static List<TracedSpan> sorted(List<TracedSpan> spans) {
    return spans.stream().sorted(Comparator.comparing(TracedSpan::startNanos)).toList();
  }
}
