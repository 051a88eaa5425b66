import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code .ci/mutants} does in its copy of the tree; see its {@code --help}. */
record Mutants(Tree tree, List<Mutant> all) {
  /** The first argument is a folder: the copy is in its {@code tree}. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    Path scratch = Path.of(arguments[0]);
    List<String> rest = List.of(arguments).subList(1, arguments.length);
    try {
      Tree tree = Tree.of(scratch.resolve("tree"));
      Mutants mutants = new Mutants(tree, Mutant.table(tree.folder().resolve(".ci/mutants.txt")));
      System.exit(mutants.run(rest, scratch) ? 0 : 1);
    } catch (IllegalArgumentException wrong) {
      System.err.println(".ci/mutants: " + wrong.getMessage());
      System.exit(2);
    }
  }

  private boolean run(List<String> arguments, Path scratch)
      throws IOException, InterruptedException {
    if (arguments.get(0).equals("--check")) {
      return areFound();
    }
    Trials trials = new Trials(tree, scratch.resolve("log"));
    if (arguments.get(0).equals("--recent")) {
      List<Mutant> recent = tree.recent(all, Files.readAllLines(scratch.resolve("changed")));
      return trials.areCaught(recent, MINUTES.toNanos(Long.parseLong(arguments.get(1))));
    }
    Predicate<Mutant> named = mutant -> arguments.contains(mutant.name());
    return trials.areCaught(all.stream().filter(named).toList(), Long.MAX_VALUE);
  }

  private boolean areFound() throws IOException {
    int missing = 0;
    for (Mutant mutant : all) {
      try {
        tree.broken(mutant, tree.whole(mutant));
        tree.tests(mutant);
      } catch (IllegalArgumentException notThere) {
        System.out.println(mutant.name() + ": " + notThere.getMessage());
        missing++;
      }
    }
    System.out.printf("%d mutants, %d do not apply%n", all.size(), missing);
    return missing == 0;
  }
}

/** A text that is found once in its file, and what stands in its place. */
record Change(String file, String text, String replacement) {
  private static final Pattern WORD = Pattern.compile("\\w+|\\S");

  String in(String contents) {
    List<MatchResult> found = pattern().matcher(contents).results().toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          file + ": found " + found.size() + " times (expected: once): " + text);
    }
    MatchResult once = found.get(0);
    return contents.substring(0, once.start()) + replacement + contents.substring(once.end());
  }

  /** White space counts for nothing, so that the formatter may break lines elsewhere. */
  private Pattern pattern() {
    return Pattern.compile(
        WORD.matcher(text)
            .results()
            .map(MatchResult::group)
            .map(word -> word.matches("\\w+") ? "\\b" + word + "\\b" : Pattern.quote(word))
            .collect(Collectors.joining("\\s*")));
  }
}

/**
 * A row of the table.
 *
 * @param tests where they are, as globs; none where the command is another than Maven's
 * @param red what only a check that failed prints; its first group, if it has one, says which
 */
record Mutant(
    String name,
    String breaks,
    List<String> tests,
    String command,
    Pattern red,
    List<Change> changes) {
  private static final Pattern CHANGE = Pattern.compile("\nin (\\S+)((?:\n- .+)+)((?:\n[+] .+)*)");
  private static final Pattern ROW =
      Pattern.compile(
          "(\\S+): (.+)\n(?:test (\\S+) (\\S+)|run (.+)\nred (.+))((?:" + CHANGE.pattern() + ")+)");
  private static final Pattern TEST_FAILED =
      Pattern.compile("\\[ERROR\\] (?:\\w+\\.)*([\\w$]+\\.\\w+)\\b.* -- Time elapsed: .*<<< [FE]");

  static List<Mutant> table(Path file) throws IOException {
    String rows = Files.readString(file).replaceAll("(?m)^#.*", "").strip();
    return Arrays.stream(rows.split("\n{2,}")).map(Mutant::parse).toList();
  }

  private static Mutant parse(String text) {
    Matcher row = ROW.matcher(text);
    if (!row.matches()) {
      throw new IllegalArgumentException("not a row as .ci/mutants.txt says what one is:\n" + text);
    }
    List<Change> changes = CHANGE.matcher(row.group(7)).results().map(Mutant::change).toList();
    String module = row.group(3);
    boolean tested = module != null;
    return new Mutant(
        row.group(1),
        row.group(2),
        tested ? globs(module, row.group(4)) : List.of(),
        tested ? maven(module, row.group(4)) : row.group(5),
        tested ? TEST_FAILED : Pattern.compile(row.group(6)),
        changes);
  }

  private static List<String> globs(String module, String tests) {
    return Arrays.stream(tests.replaceAll("#\\w+", "").split(","))
        .map(test -> "/" + module + "/src/test/**/" + test + ".java")
        .toList();
  }

  private static String maven(String module, String tests) {
    return "mvn -B -pl %s -am -Dtest='%s' -Dsurefire.failIfNoSpecifiedTests=false test"
        .formatted(module, tests);
  }

  private static Change change(MatchResult lines) {
    return new Change(lines.group(1), unmarked(lines.group(2)), unmarked(lines.group(3)));
  }

  private static String unmarked(String lines) {
    return lines.replaceAll("\n[-+] ", "\n").strip();
  }
}

/** The copy of the tree, and the paths of its files. */
record Tree(Path folder, List<String> paths) {
  static Tree of(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new Tree(folder, files.map(file -> folder.relativize(file).toString()).toList());
    }
  }

  /** Returns the mutants of what is among {@code changed}, in the order in which it is there. */
  List<Mutant> recent(List<Mutant> mutants, List<String> changed) {
    return mutants.stream()
        .filter(mutant -> age(mutant, changed) < changed.size())
        .sorted(Comparator.comparingInt(mutant -> age(mutant, changed)))
        .toList();
  }

  private int age(Mutant mutant, List<String> changed) {
    return Stream.concat(files(mutant).stream(), tests(mutant).stream())
        .mapToInt(changed::indexOf)
        .filter(index -> index >= 0)
        .min()
        .orElse(changed.size());
  }

  private List<String> files(Mutant mutant) {
    return mutant.changes().stream().map(change -> path("**/" + change.file())).toList();
  }

  List<String> tests(Mutant mutant) {
    return mutant.tests().stream().map(this::path).toList();
  }

  private String path(String glob) {
    PathMatcher matcher = folder.getFileSystem().getPathMatcher("glob:" + glob);
    List<String> found =
        paths.stream().filter(path -> matcher.matches(Path.of("/", path))).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(found.size() + " files are " + glob + " (expected: one)");
    }
    return found.get(0);
  }

  /** Returns the contents of the files that {@code mutant} breaks, by their paths. */
  Map<String, String> whole(Mutant mutant) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (String path : files(mutant)) {
      contents.put(path, Files.readString(folder.resolve(path)));
    }
    return contents;
  }

  Map<String, String> broken(Mutant mutant, Map<String, String> whole) {
    Map<String, String> contents = new TreeMap<>(whole);
    for (Change change : mutant.changes()) {
      contents.compute(path("**/" + change.file()), (path, text) -> change.in(text));
    }
    return contents;
  }

  void write(Map<String, String> contents) throws IOException {
    for (Map.Entry<String, String> file : contents.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}

/** Mutants one after the other, in one copy of the tree. */
record Trials(Tree tree, Path log) {
  /** Code that was compiled again does not fit code that was not: that is no check that failed. */
  private static final Pattern MISFIT =
      Pattern.compile(
          "java.lang.(NoSuch(Method|Field)|AbstractMethod|IncompatibleClassChange)Error");

  private static final int MINUTES_EACH = 10;

  /** Starts none for which the time would be too short, were it as slow as the slowest so far. */
  boolean areCaught(List<Mutant> mutants, long nanos) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long slowest = 0;
    int tried = 0;
    int caught = 0;
    while (tried < mutants.size() && System.nanoTime() - begin < nanos - slowest) {
      long before = System.nanoTime();
      caught += isCaught(mutants.get(tried)) ? 1 : 0;
      slowest = Math.max(slowest, System.nanoTime() - before);
      tried++;
    }
    mutants.stream()
        .skip(tried)
        .map(Mutant::name)
        .forEach(left -> System.out.println("no time for " + left));
    System.out.printf("%d mutants, %d not caught%n", tried, tried - caught);
    return caught == tried;
  }

  private boolean isCaught(Mutant mutant) throws IOException, InterruptedException {
    System.out.printf("%-34s %s%n", mutant.name(), mutant.breaks());
    try {
      Map<String, String> whole = tree.whole(mutant);
      tree.write(tree.broken(mutant, whole));
      boolean caught = isRed(mutant);
      tree.write(whole);
      return caught;
    } catch (IllegalArgumentException notThere) {
      System.out.println("  DOES NOT APPLY: " + notThere.getMessage());
      return false;
    }
  }

  private boolean isRed(Mutant mutant) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    if (isGreen(mutant.command())) {
      System.out.printf("  SURVIVED: %s is green%n", mutant.command());
      return false;
    }
    String output = Files.readString(log, ISO_8859_1);
    Matcher red = mutant.red().matcher(output);
    if (!red.find() || MISFIT.matcher(output).find()) {
      System.out.printf("  NOT BY A CHECK: %s failed for another reason%n", mutant.command());
      output.lines().skip(Math.max(0, output.lines().count() - 30)).forEach(System.out::println);
      return false;
    }
    long seconds = NANOSECONDS.toSeconds(System.nanoTime() - begin);
    System.out.printf("  red, by %s (%d s)%n", red.group(Math.min(1, red.groupCount())), seconds);
    return true;
  }

  private boolean isGreen(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "-c", command)
            .directory(tree.folder().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor(MINUTES_EACH, MINUTES)) {
      return process.exitValue() == 0;
    }
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    return false;
  }
}
