package io.waybill.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program that a test has started; its output is read as it comes. */
public final class Running implements AutoCloseable {
  /** On Linux; elsewhere it is 49152, as IANA says. */
  private static final int FIRST_HANDED_OUT = 32_768;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();
  private static final long PATIENCE_SECONDS = 180;

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final Map<String, CompletableFuture<String>> awaited;
  private final Thread reader;

  private Running(Process process, Map<String, CompletableFuture<String>> awaited) {
    this.process = process;
    this.awaited = awaited;
    reader = new Thread(this::read, "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a program.
   *
   * @param awaited beginnings of lines that {@link #await} can wait for
   */
  public static Running start(
      Map<String, String> environment, List<String> awaited, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(Outside.root().toFile());
    builder.environment().putAll(environment);
    Map<String, CompletableFuture<String>> lines =
        awaited.stream()
            .collect(Collectors.toMap(start -> start, start -> new CompletableFuture<>()));
    return new Running(builder.start(), lines);
  }

  /** Returns the command that runs {@code main} on this JVM's Java and class path. */
  public static List<String> java(List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Below what a system hands out by itself, so that nobody is given it until it is used. */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, FIRST_HANDED_OUT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(port)) {
          return socket.getLocalPort();
        }
      } catch (BindException taken) {
        // Another may be free.
      }
    }
  }

  /** Returns what follows {@code start} in the first line of output that starts so. */
  public String await(String start) throws Exception {
    CompletableFuture<String> line = awaited.get(start);
    try {
      return line.get(PATIENCE_SECONDS, TimeUnit.SECONDS).substring(start.length()).trim();
    } catch (Exception missing) {
      throw new AssertionError("no line \"" + start + "\" in:\n" + text(), missing);
    }
  }

  /** Waits for its end, and for the last of its output, and returns the exit status. */
  int exitStatus(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + seconds + " s:\n" + text());
    }
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  String text() {
    return String.join("\n", output);
  }

  /** Stops it as Ctrl-C would, and waits. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not stop on SIGTERM:\n" + text());
    }
  }

  private void read() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        String read = line;
        awaited.forEach(
            (start, future) -> {
              if (read.startsWith(start)) {
                future.complete(read);
              }
            });
      }
    } catch (IOException closed) {
      output.add("(its output was cut off)");
    }
    awaited.values().forEach(future -> future.completeExceptionally(new IOException("it ended")));
  }
}
