package io.waybill.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures, and prints what it measured; started by {@code benchmarks/run} in its own folder. */
public final class Benchmarks {
  private static final Path RESULTS = Path.of("RESULTS.md");
  private static final Path NODE_SCRIPT = Path.of("node", "als.mjs");

  private Benchmarks() {}

  /** Runs the benchmarks that the command line asks for. */
  public static void main(String[] arguments) throws Exception {
    try {
      run(CommandLine.parse(List.of(arguments)));
    } catch (IllegalArgumentException wrong) {
      System.err.println("benchmarks/run: " + wrong.getMessage());
      System.exit(2);
    } catch (NoBenchmarksException none) {
      System.err.println("benchmarks/run: REGEX is found in no benchmark's name");
      System.exit(2);
    }
  }

  private static void run(CommandLine asked) throws Exception {
    if (asked.sockets()) {
      runSockets(asked);
      return;
    }
    if (asked.growth()) {
      runGrowth(asked);
      return;
    }
    List<Row> rows = measure(asked);
    if (asked.compare()) {
      System.out.printf("%n%s", compare(rows));
      return;
    }
    String added = Added.of(rows);
    System.out.printf("%n%s%s", Table.of(rows), added.isEmpty() ? "" : "\n" + added);
    if (asked.results()) {
      write(rows, asked.all());
    }
  }

  private static void runSockets(CommandLine asked) throws IOException {
    String table = Sockets.measure(asked.regex(), asked.brief());
    System.out.printf("%n%s", table);
    if (asked.results()) {
      write(ResultsPage.sockets(Machine.jdk()), Sockets.describe() + "\n\n" + table);
    }
  }

  private static void runGrowth(CommandLine asked) throws IOException {
    String table = HeaderGrowth.measure(asked.brief());
    System.out.printf("%n%s", table);
    if (asked.results()) {
      write(ResultsPage.growth(Machine.jdk()), table);
    }
  }

  private static String compare(List<Row> rows) throws IOException {
    String section = ResultsPage.section(page(), ResultsPage.benchmarks(Machine.jdk()));
    String missing =
        section.isEmpty() ? "\nRESULTS.md has no section for JDK " + Machine.jdk() + ".\n" : "";
    return Comparison.of(rows, section) + missing;
  }

  private static List<Row> measure(CommandLine asked) throws RunnerException {
    List<Row> rows = new ArrayList<>();
    for (ClassPath classPath : ClassPath.values()) {
      if (isAsked(asked, classPath)) {
        classPath.use();
        Runner runner = new Runner(options(asked, classPath).build());
        runner.run().forEach(result -> rows.add(Row.of(result)));
      }
    }
    if (rows.isEmpty()) {
      throw new NoBenchmarksException();
    }
    return rows;
  }

  private static boolean isAsked(CommandLine asked, ClassPath classPath) {
    OutputFormat nothing = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
    return !BenchmarkList.defaultList()
        .find(nothing, List.of(asked.regex()), List.of(classPath.others()))
        .isEmpty();
  }

  private static ChainedOptionsBuilder options(CommandLine asked, ClassPath classPath) {
    return new OptionsBuilder()
        .include(asked.regex())
        .exclude(classPath.others())
        .mode(Mode.AverageTime)
        .timeUnit(TimeUnit.NANOSECONDS)
        .forks(asked.results() ? 2 : 1)
        .warmupIterations(asked.brief() ? 2 : classPath.warmUps())
        .warmupTime(TimeValue.milliseconds(asked.brief() ? 300 : 600))
        .measurementIterations(asked.brief() ? 2 : 4)
        .measurementTime(TimeValue.milliseconds(300))
        // One size of heap: else it grows while we measure, differently each time.
        .jvmArgsAppend("-Xms512m", "-Xmx512m")
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .resultFormat(ResultFormatType.JSON)
        .result(classPath.result(Machine.jdk()));
  }

  /** Rewrites this JDK's section: all of it, or the measured rows and what it says of them. */
  private static void write(List<Row> rows, boolean all) throws IOException, InterruptedException {
    String title = ResultsPage.benchmarks(Machine.jdk());
    String known = all ? "" : ResultsPage.section(page(), title);
    String node = NodeScript.of(known);
    if (node.isEmpty()) {
      node = NodeScript.run("node", NODE_SCRIPT);
      System.out.printf("%n%s", node);
    }
    String added = Added.of(known, rows);
    String tables = Table.of(known, rows) + (added.isEmpty() ? "" : "\n" + added);
    write(title, tables + "\n" + node);
  }

  private static void write(String title, String tables) throws IOException {
    String section = Machine.describe() + "\n\n" + tables;
    Files.writeString(RESULTS, ResultsPage.with(page(), title, section));
  }

  private static String page() throws IOException {
    return Files.exists(RESULTS) ? Files.readString(RESULTS) : "";
  }
}
