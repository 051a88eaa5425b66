package io.waybill.interop;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A JVM under the real Java agent, with Waybill's extension or without. */
final class AgentJvm {
  private final String agent;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> options = new ArrayList<>();
  private boolean hasWaybill;

  private AgentJvm(String agent) {
    this.agent = agent;
    for (String signal : List.of("TRACES", "METRICS", "LOGS")) {
      environment.put("OTEL_" + signal + "_EXPORTER", "none");
    }
  }

  /** Returns one under the newest agent, whose class path has nothing of Waybill's. */
  static AgentJvm newest() {
    return new AgentJvm(System.getProperty("waybill.agent"));
  }

  /** Returns one under the oldest agent that is supported. */
  static AgentJvm floor() {
    return new AgentJvm(System.getProperty("waybill.agent.floor"));
  }

  /** Returns one under an agent that is too old. */
  static AgentJvm below() {
    return new AgentJvm(System.getProperty("waybill.agent.below"));
  }

  /** Adds the extension, with these properties. */
  AgentJvm extended(Map<String, String> properties) {
    Path extension = Path.of(System.getProperty("waybill.extension"));
    if (!Files.exists(extension)) {
      throw new AssertionError(
          extension + " is missing: it is made in phase package, as by mvn -B verify");
    }
    options.add("-Dotel.javaagent.extensions=" + extension);
    properties.forEach((name, value) -> options.add("-D" + name + "=" + value));
    return this;
  }

  /** Leaves Waybill on the class path, for an application that uses it. */
  AgentJvm withWaybill() {
    hasWaybill = true;
    return this;
  }

  AgentJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  AgentJvm option(String option) {
    options.add(option);
    return this;
  }

  /**
   * Runs {@code main}.
   *
   * @param awaited beginnings of lines that {@link Running#await} can wait for
   */
  Running start(List<String> awaited, Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    // Most of its time is the agent's start, which the second compiler makes no shorter.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-javaagent:" + agent);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return Running.start(environment, awaited, command);
  }

  private String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> hasWaybill || !isWaybill(entry))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A jar of ours, or a module's classes; this one's tests and the examples stay. */
  private static boolean isWaybill(String entry) {
    Path path = Path.of(entry);
    Path name = path.getFileName();
    if (name == null || entry.contains("waybill-examples")) {
      return false;
    }
    boolean isModule = name.toString().equals("classes") && !entry.contains("examples");
    return isModule || name.toString().startsWith("waybill-");
  }
}
