package io.waybill.benchmarks;

import java.util.List;

/**
 * What {@code benchmarks/run} was asked to do; see its {@code --help}.
 *
 * @param regex which benchmarks, by a part of class and method name
 * @param brief whether a rough answer will do
 * @param results whether RESULTS.md is rewritten
 */
record CommandLine(String regex, boolean brief, boolean results) {
  private static final String ALL = ".*";

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it is wrong, saying what was expected
   */
  static CommandLine parse(List<String> arguments) {
    String regex = ALL;
    boolean brief = false;
    boolean results = false;
    for (String argument : arguments) {
      switch (argument) {
        case "--short" -> brief = true;
        case "--results" -> results = true;
        default -> regex = regex(argument, regex);
      }
    }
    if (results && (brief || !regex.equals(ALL))) {
      throw new IllegalArgumentException(
          "arguments: "
              + arguments
              + " (expected: --results alone, since it measures all in full)");
    }
    return new CommandLine(regex, brief, results);
  }

  private static String regex(String argument, String known) {
    if (argument.startsWith("-") || !known.equals(ALL)) {
      throw new IllegalArgumentException(
          "argument: " + argument + " (expected: one REGEX, --short or --results)");
    }
    return argument;
  }
}
