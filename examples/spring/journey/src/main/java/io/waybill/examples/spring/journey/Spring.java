package io.waybill.examples.spring.journey;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Opens the shop, has its users visit, and checks that none is mixed up. */
public final class Spring {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private Spring() {}

  /**
   * Runs it; {@code examples/run spring --help} says what {@code arguments} may be, behind the
   * folder that all of it is in.
   */
  public static void main(String[] arguments) throws Exception {
    // The tree's lines are not in every platform's default charset.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> all = List.of(arguments);
    System.exit(run(Path.of(all.get(0)), all.subList(1, all.size()), out));
  }

  private static int run(Path spring, List<String> arguments, PrintStream out) throws Exception {
    Options options;
    try {
      options = Options.parse(arguments, System.getenv());
    } catch (IllegalArgumentException wrong) {
      System.err.println("spring: " + wrong.getMessage());
      System.err.println("spring: examples/run spring --help lists the options");
      return WRONG_USAGE;
    }
    Report report = new Report(out, options);
    report.begin();
    Round round = Round.of(options, spring);
    List<Check.Claim> verdict = Check.of(round);
    report.end(round, verdict);
    return verdict.stream().allMatch(Check.Claim::holds) ? OK : FAILED;
  }
}
