package io.waybill.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a call costs the process that makes and serves it.
 *
 * @param nanos CPU time of all threads, those of the JVM among them
 * @param bytes allocated by all threads
 */
public record Cost(double nanos, double bytes) {
  private static final String MARK = "cost of a call: ";

  /** Returns a line that {@link #parse} reads. */
  public String line() {
    return MARK + nanos + " " + bytes;
  }

  /** Returns whether {@code line} is one of {@link #line}: a JVM may print others. */
  static boolean isLine(String line) {
    return line.startsWith(MARK);
  }

  static Cost parse(String line) {
    String[] numbers = line.substring(MARK.length()).split(" ", -1);
    return new Cost(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
  }

  static Cost mean(List<Cost> costs) {
    return new Cost(mean(costs, Cost::nanos), mean(costs, Cost::bytes));
  }

  private static double mean(List<Cost> costs, ToDoubleFunction<Cost> part) {
    return costs.stream().mapToDouble(part).average().orElse(Double.NaN);
  }

  /** Returns the median of an odd number of costs: of each part by itself. */
  static Cost median(List<Cost> costs) {
    return new Cost(median(costs, Cost::nanos), median(costs, Cost::bytes));
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> part) {
    return costs.stream().mapToDouble(part).sorted().toArray()[costs.size() / 2];
  }

  /** Returns what it is more than {@code plain}. */
  Cost less(Cost plain) {
    return new Cost(nanos - plain.nanos, bytes - plain.bytes);
  }
}
