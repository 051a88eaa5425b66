package io.waybill.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * One benchmark with one set of parameters.
 *
 * @param group the simple name of its class
 * @param name the name of its method
 * @param params {@code key=value}, separated by a comma; empty without
 * @param nanos per call, in the fastest iteration
 * @param bytes allocated per call; NaN if they were not counted
 * @param baseline the method it is compared with, or null if it is one itself
 * @param goal the most it should cost, or null if nobody said
 */
record Row(
    String group,
    String name,
    String params,
    double nanos,
    double bytes,
    @Nullable String baseline,
    @Nullable Goal goal) {
  private static final String BYTES_PER_CALL = "gc.alloc.rate.norm";

  static Row of(RunResult result) {
    BenchmarkParams measured = result.getParams();
    String type = beforeLastDot(measured.getBenchmark());
    String name = measured.getBenchmark().substring(type.length() + 1);
    String params = params(measured);
    Against against = against(type, name);
    return new Row(
        type.substring(type.lastIndexOf('.') + 1),
        name,
        params,
        result.getPrimaryResult().getStatistics().getMin(),
        bytes(result),
        against == null ? null : against.value(),
        against == null ? null : goal(against, params));
  }

  /** Returns whether {@code other} is its baseline: of the same class and params. */
  boolean isAgainst(Row other) {
    return other.name.equals(baseline) && other.group.equals(group) && other.params.equals(params);
  }

  /** Returns it with what it takes more than {@code plain}. */
  Row less(Row plain) {
    return new Row(group, name, params, nanos - plain.nanos, bytes - plain.bytes, baseline, goal);
  }

  /** Returns what names it in a table. */
  String fullName() {
    return group + "." + name;
  }

  private static String params(BenchmarkParams measured) {
    return measured.getParamsKeys().stream()
        .map(key -> key + "=" + measured.getParam(key))
        .collect(Collectors.joining(", "));
  }

  private static double bytes(RunResult result) {
    var bytes = result.getSecondaryResults().get(BYTES_PER_CALL);
    return bytes == null ? Double.NaN : bytes.getScore();
  }

  private static @Nullable Against against(String type, String name) {
    try {
      return Arrays.stream(Class.forName(type).getMethods())
          .filter(method -> method.getName().equals(name))
          .filter(method -> method.isAnnotationPresent(Against.class))
          .map(method -> method.getAnnotation(Against.class))
          .findAny()
          .orElse(null);
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(type + ": was measured, and is not there", impossible);
    }
  }

  private static @Nullable Goal goal(Against against, String params) {
    return Arrays.stream(against.goals())
        .filter(goal -> goal.params().isEmpty() || goal.params().equals(params))
        .findFirst()
        .orElse(null);
  }

  private static String beforeLastDot(String text) {
    return text.substring(0, text.lastIndexOf('.'));
  }
}
