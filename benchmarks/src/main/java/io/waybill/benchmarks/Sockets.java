package io.waybill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures gRPC calls over sockets, which JMH can't (RATIONALE: "Why is there a row over sockets
 * that is no JMH benchmark?").
 */
final class Sockets {
  /** What the names of its rows begin with, for those who ask for them. */
  static final String NAME = "sockets";

  private static final int SETS = 3;

  private final List<SocketSubject> subjects;
  private final boolean brief;

  private Sockets(List<SocketSubject> subjects, boolean brief) {
    this.subjects = subjects;
    this.brief = brief;
  }

  /**
   * Returns the table of the subjects in whose name {@code regex} is found, and of the plain one.
   *
   * @throws IllegalArgumentException if it is found in no name
   */
  static String measure(String regex, boolean brief) {
    Predicate<String> asked = Pattern.compile(regex).asPredicate();
    Stream<SocketSubject> all = Stream.of(SocketSubject.values());
    List<SocketSubject> subjects = all.filter(subject -> isAsked(asked, subject)).toList();
    if (subjects.size() == 1 && !asked.test(name(SocketSubject.PLAIN))) {
      throw new IllegalArgumentException("REGEX is found in no row's name: " + regex);
    }
    return new Sockets(subjects, brief).measure();
  }

  private static boolean isAsked(Predicate<String> asked, SocketSubject subject) {
    return subject == SocketSubject.PLAIN || asked.test(name(subject));
  }

  private static String name(SocketSubject subject) {
    return NAME + "." + subject.label();
  }

  private String measure() {
    List<List<Cost>> sets = new ArrayList<>();
    int count = brief ? 1 : SETS;
    for (int i = 1; i <= count; i++) {
      System.out.printf("%nJVMs, set %d of %d%n", i, count);
      sets.add(measureSet());
    }
    return SocketTable.of(subjects, sets);
  }

  /** Returns how a table of it came about. */
  static String describe() {
    return "Medians of "
        + SETS
        + " JVMs each, with the least and the most; in each "
        + String.join(" ", SocketJvm.MEMORY)
        + ".";
  }

  /** Returns what a call costs each subject, in JVMs that are new and alive together. */
  private List<Cost> measureSet() {
    List<SocketJvm> jvms = new ArrayList<>();
    try {
      subjects.forEach(subject -> jvms.add(SocketJvm.start(subject)));
      jvms.forEach(jvm -> jvm.measure(brief ? 50_000 : 400_000));
      List<Cost> costs = measure(jvms);
      print(costs);
      return costs;
    } finally {
      jvms.forEach(SocketJvm::close);
    }
  }

  /** A bit of each in turn: what else the machine does meanwhile then falls on all. */
  private List<Cost> measure(List<SocketJvm> jvms) {
    List<List<Cost>> rounds = new ArrayList<>();
    for (int i = 0; i < (brief ? 5 : 40); i++) {
      rounds.add(jvms.stream().map(jvm -> jvm.measure(10_000)).toList());
    }
    List<Cost> means = new ArrayList<>();
    for (int i = 0; i < jvms.size(); i++) {
      int one = i;
      means.add(Cost.mean(rounds.stream().map(round -> round.get(one)).toList()));
    }
    return means;
  }

  private void print(List<Cost> costs) {
    for (int i = 0; i < costs.size(); i++) {
      Cost cost = costs.get(i);
      System.out.printf(
          "%-20s %5.1f us %6.0f B%n", subjects.get(i).label(), cost.nanos() / 1000, cost.bytes());
    }
  }
}
