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
    return new CommandLine(regex, brief, compare, results).checked();
  }

  private CommandLine checked() {
    if (results && (brief || compare)) {
      throw wrong("--results without the other flags, in full");
    }
    if (sockets() && (compare || (results && !regex.equals(Sockets.NAME)))) {
      throw wrong(Sockets.NAME + " without --compare, and all of it for --results");
    }
    if (growth() && compare) {
      throw wrong(HeaderGrowth.NAME + " without --compare");
    }
    return this;
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("arguments: " + this + " (expected: " + expected + ")");
  }

  /** Returns whether all benchmarks are asked for. */
  boolean all() {
    return regex.equals(ALL);
  }

  /** Returns whether calls over sockets are asked for, which are never among all benchmarks. */
  boolean sockets() {
    return regex.startsWith(Sockets.NAME);
  }

  /** Returns whether it is asked how the cost of a header grows, which no benchmark says. */
  boolean growth() {
    return regex.equals(HeaderGrowth.NAME);
  }

  private static String regex(String argument, String known) {
    if (argument.startsWith("-") || !known.equals(ALL)) {
      throw new IllegalArgumentException(
          "argument: " + argument + " (expected: one REGEX, --short, --compare or --results)");
    }
    return argument;
  }
}
