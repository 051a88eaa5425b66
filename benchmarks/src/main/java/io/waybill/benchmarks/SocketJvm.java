package io.waybill.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM that makes calls over sockets when it is asked to, and does nothing in between. */
final class SocketJvm implements AutoCloseable {
  /** The same heap for all, of which nine fit; a collector without threads of its own. */
  static final List<String> MEMORY = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m");

  private static final String MAIN = "io.waybill.benchmarks.grpc.SocketFork";

  private final SocketSubject subject;
  private final Process process;
  private final BufferedReader answers;

  private SocketJvm(SocketSubject subject, Process process) {
    this.subject = subject;
    this.process = process;
    this.answers = process.inputReader();
  }

  static SocketJvm start(SocketSubject subject) {
    try {
      Process process =
          new ProcessBuilder(command(subject)).redirectError(Redirect.INHERIT).start();
      return new SocketJvm(subject, process);
    } catch (IOException notStarted) {
      throw new UncheckedIOException(notStarted);
    }
  }

  private static List<String> command(SocketSubject subject) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(MEMORY);
    command.addAll(List.of("-cp", subject.classPath().path(), MAIN, subject.type()));
    return command;
  }

  /** Returns what each of at least so many calls costs. */
  Cost measure(int calls) {
    try {
      process.outputWriter().append(Integer.toString(calls)).append('\n').flush();
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (Cost.isLine(line)) {
          return Cost.parse(line);
        }
      }
    } catch (IOException ended) {
      throw new UncheckedIOException(subject + ": its JVM has ended", ended);
    }
    throw new IllegalStateException(subject + ": its JVM has ended");
  }

  @Override
  public void close() {
    process.destroy();
  }
}
