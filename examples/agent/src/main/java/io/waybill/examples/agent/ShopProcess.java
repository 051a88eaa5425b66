package io.waybill.examples.agent;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The shop, as a process under the agent, which prints its spans. */
final class ShopProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<TracedSpan> spans = new ArrayList<>();
  private final List<String> other = new ArrayList<>();
  private final Path policy;
  private final Process process;
  private boolean isOpen;
  private boolean hasEnded;

  /**
   * Starts it, and waits until it is open.
   *
   * @param extension empty to leave Waybill out
   */
  ShopProcess(Path agent, String extension, Ports ports) throws Exception {
    policy = Files.createTempFile("waybill", ".properties");
    Files.write(policy, extension.isEmpty() ? List.of() : ports.policy());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-javaagent:" + agent);
    command.add("-Dotel.javaagent.configuration-file=" + policy);
    if (!extension.isEmpty()) {
      command.add("-Dotel.javaagent.extensions=" + extension);
    }
    command.addAll(
        List.of(
            "-Dotel.service.name=shop",
            "-Dotel.traces.exporter=experimental-otlp/stdout",
            "-Dotel.bsp.max.queue.size=100000",
            "-Dotel.bsp.schedule.delay=200",
            "-Dotel.metrics.exporter=none",
            "-Dotel.logs.exporter=none",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Shop.class.getName()));
    command.addAll(ports.arguments());
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread reader = new Thread(this::read, "output of the shop");
    reader.setDaemon(true);
    reader.start();
    await(() -> isOpen);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException cutOff) {
      // It is being stopped.
    }
    synchronized (this) {
      hasEnded = true;
      notifyAll();
    }
  }

  private synchronized void take(String line) {
    if (line.startsWith("{\"resourceSpans\"")) {
      addSpans(JsonParser.parseString(line).getAsJsonObject());
    } else if (line.equals("open")) {
      isOpen = true;
    } else {
      other.add(line);
    }
    notifyAll();
  }

  private void addSpans(JsonObject exported) {
    for (JsonObject resource : objects(exported, "resourceSpans")) {
      for (JsonObject scope : objects(resource, "scopeSpans")) {
        objects(scope, "spans").forEach(span -> spans.add(TracedSpan.of(span)));
      }
    }
  }

  private static List<JsonObject> objects(JsonObject of, String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement each : of.getAsJsonArray(name)) {
      objects.add(each.getAsJsonObject());
    }
    return objects;
  }

  private interface Condition {
    boolean holds();
  }

  private synchronized void await(Condition condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (hasEnded || left <= 0) {
        throw new IllegalStateException("the shop does not go on: " + String.join("\n", other));
      }
      wait(left);
    }
  }

  /** Returns its spans, once there are so many. */
  synchronized List<TracedSpan> spans(int count) throws InterruptedException {
    await(() -> spans.size() >= count);
    return List.copyOf(spans);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    Files.deleteIfExists(policy);
  }
}
