package io.waybill.benchmarks;

import java.util.List;

/**
 * What {@code benchmarks/run} was asked to do; see its {@code --help}.
 *
 * @param regex which benchmarks, by a part of package, class and method name
 * @param brief whether a rough answer will do
 * @param compare whether bytes are printed beside those of RESULTS.md, and nothing else
 * @param results whether RESULTS.md gets the rows that were measured
 */
record CommandLine(String regex, boolean brief, boolean compare, boolean results) {
  private static final String ALL = ".*";

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is wrong, saying what was expected
   */
  static CommandLine parse(List<String> arguments) {
    String regex = ALL;
    boolean brief = false;
    boolean compare = false;
    boolean results = false;
    for (String argument : arguments) {
      switch (argument) {
        case "--short" -> brief = true;
        case "--compare" -> compare = true;
        case "--results" -> results = true;
        default -> regex = regex(argument, regex);
      }
    }
    if (results && (brief || compare)) {
      throw new IllegalArgumentException(
          "arguments: " + arguments + " (expected: --results without the other flags, in full)");
    }
    return new CommandLine(regex, brief, compare, results);
  }

  /** Returns whether all benchmarks are asked for. */
  boolean all() {
    return regex.equals(ALL);
  }

  private static String regex(String argument, String known) {
    if (argument.startsWith("-") || !known.equals(ALL)) {
      throw new IllegalArgumentException(
          "argument: " + argument + " (expected: one REGEX, --short, --compare or --results)");
    }
    return argument;
  }
}
