package io.waybill.examples.demo;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The spans of one trace as a tree, top down, in the order in which they began. */
final class SpanTree {
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

  private final Map<String, List<SpanData>> children;
  private final List<Row> rows = new ArrayList<>();

  /**
   * One span.
   *
   * @param lines the branches that lead to it, as text
   * @param path the services from the root to it; {@code →} marks the span of a call
   */
  record Row(SpanData span, String lines, String path) {
    String service() {
      return SpanTree.service(span);
    }

    boolean isCall() {
      return span.getKind() == SpanKind.CLIENT;
    }

    double millis() {
      return (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e6;
    }
  }

  private SpanTree(List<SpanData> spans) {
    Set<String> ids = spans.stream().map(SpanData::getSpanId).collect(toSet());
    children = spans.stream().collect(groupingBy(SpanData::getParentSpanId));
    // Where a parent is missing, its children stand at the top, so that all is seen.
    spans.stream()
        .filter(span -> !ids.contains(span.getParentSpanId()))
        .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
        .forEach(root -> add(root, "", "", ""));
  }

  static List<Row> rows(List<SpanData> spans) {
    return new SpanTree(spans).rows;
  }

  static String service(SpanData span) {
    String name = span.getResource().getAttribute(SERVICE);
    return name == null ? "?" : name;
  }

  private void add(SpanData span, String lines, String linesBelow, String pathAbove) {
    String mark = span.getKind() == SpanKind.CLIENT ? "→" : "";
    String path = (pathAbove + " " + service(span) + mark).strip();
    rows.add(new Row(span, lines, path));
    List<SpanData> below =
        children.getOrDefault(span.getSpanId(), List.of()).stream()
            .sorted(Comparator.comparing(SpanData::getStartEpochNanos))
            .toList();
    for (int i = 0; i < below.size(); i++) {
      boolean last = i == below.size() - 1;
      add(
          below.get(i),
          linesBelow + (last ? "└─ " : "├─ "),
          linesBelow + (last ? "   " : "│  "),
          path);
    }
  }
}
