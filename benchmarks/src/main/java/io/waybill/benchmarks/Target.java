package io.waybill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a row should cost at most, and whether it does. */
final class Target {
  private final List<String> limits = new ArrayList<>();
  private final List<String> missed = new ArrayList<>();

  private Target() {}

  /** Returns the target of {@code row}; one without limits if it has no goal, or no baseline. */
  static Target of(Row row, @Nullable Row baseline) {
    Target target = new Target();
    Goal goal = row.goal();
    if (goal != null && baseline != null) {
      target.most("%.2f x time", goal.time(), row.nanos() / baseline.nanos(), "time");
      target.most("%.1f ns", goal.nanos(), row.nanos(), "time");
      target.most("+%.0f ns", goal.moreNanos(), row.nanos() - baseline.nanos(), "time");
      target.most("%.2f x B", goal.bytes(), row.bytes() / baseline.bytes(), "B");
      target.most("%.0f B", goal.allBytes(), row.bytes(), "B");
      target.most("+%.0f B", goal.moreBytes(), row.bytes() - baseline.bytes(), "B");
    }
    return target;
  }

  private void most(String format, double limit, double measured, String what) {
    if (Double.isNaN(limit)) {
      return;
    }
    limits.add(String.format(Locale.ROOT, format, limit));
    // As the table shows it: 0.1 B of somebody else are none.
    String shown = String.format(Locale.ROOT, format, measured);
    if (!(Double.parseDouble(shown.replaceAll("[^0-9.-]", "")) <= limit)) {
      missed.add(what);
    }
  }

  /** Returns the limits: {@code 0.30 x time, 0.45 x B}; or "". */
  String text() {
    return String.join(", ", limits);
  }

  /** Returns {@code yes}, or {@code no: time, B}; or "" if there are no limits. */
  String met() {
    return limits.isEmpty() ? "" : missed.isEmpty() ? "yes" : "no: " + String.join(", ", missed);
  }
}
