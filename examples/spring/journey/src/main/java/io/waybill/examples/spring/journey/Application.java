package io.waybill.examples.spring.journey;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the shop's applications, in a process of its own. */
final class Application implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  /** ARTIFACT/VERSION/ARTIFACT-VERSION.jar. */
  private static final Pattern REPOSITORY_JAR =
      Pattern.compile("(.+)/([^/]+)/[^/]+-\\2[^/]*\\.jar");

  private static final String STRICT = "io.opentelemetry.context.enableStrictContext";

  private final String name;
  private final Process process;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch started = new CountDownLatch(1);
  private final Thread reader;
  private final Path log;
  private volatile int linesOfStart;

  private Application(String name, Process process, Path log) {
    this.name = name;
    this.log = log;
    this.process = process;
    reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts the application of the folder {@code name}; {@link #awaitStart} waits for it. */
  static Application start(
      Path spring, String name, Telemetry telemetry, String collector, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    // They run for seconds, and C2 would take a core of theirs.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    // Where it is on here, as in tests: a scope that is closed late, or never, is logged.
    command.add("-D" + STRICT + "=" + Boolean.getBoolean(STRICT));
    command.addAll(telemetry.options(spring));
    command.addAll(List.of("-cp", classPath(spring, name, telemetry)));
    command.add(
        "io.waybill.examples.spring."
            + name
            + "."
            + name.substring(0, 1).toUpperCase(Locale.ROOT)
            + name.substring(1)
            + "Application");
    command.addAll(arguments);
    command.addAll(telemetry.arguments(collector));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("OTEL_"));
    builder.environment().putAll(telemetry.environment(name, collector));
    Path log = spring.resolve("journey/target/" + name + ".log");
    return new Application(name, builder.start(), log);
  }

  /** An artifact that both have is the telemetry's, which is what Maven would choose. */
  private static String classPath(Path spring, String name, Telemetry telemetry)
      throws IOException {
    Map<String, String> byArtifact = new LinkedHashMap<>();
    List<String> modules = new ArrayList<>(telemetry.modules());
    modules.add(name);
    byArtifact.put(name, spring.resolve(name + "/target/classes").toString());
    for (String module : modules) {
      String path = Files.readString(spring.resolve(module + "/target/class-path")).strip();
      for (String entry : path.split(File.pathSeparator, -1)) {
        byArtifact.putIfAbsent(artifact(entry), entry);
      }
    }
    return String.join(File.pathSeparator, byArtifact.values());
  }

  private static String artifact(String entry) {
    Matcher jar = REPOSITORY_JAR.matcher(entry);
    return jar.matches() ? jar.group(1) : entry;
  }

  /** Waits until it serves. */
  void awaitStart() throws InterruptedException {
    boolean serves = started.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.isAlive();
    if (!serves) {
      throw new IllegalStateException(name + " did not start:\n" + String.join("\n", lines));
    }
    linesOfStart = lines.size();
  }

  /** Returns what it has logged since it serves. */
  List<String> lines() {
    List<String> all = List.copyOf(lines);
    return all.subList(linesOfStart, all.size());
  }

  /** Stops it as Ctrl-C would, and waits for the last of its spans and lines. */
  @Override
  public void close() {
    process.toHandle().destroy(); // unlike its own method, leaves its output to be read
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      Files.write(log, List.copyOf(lines));
    } catch (IOException unwritten) {
      throw new UncheckedIOException(unwritten);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.contains(" Started ") && line.contains("Application in ")) {
          started.countDown();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      started.countDown();
    }
  }
}
