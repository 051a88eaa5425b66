package io.waybill.benchmarks;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A script that measures in Node.js what we measure in Java. */
final class NodeScript {
  private NodeScript() {}

  /**
   * Returns what {@code script} prints, or a line that says loudly that there is no {@code node}.
   *
   * @throws IllegalStateException if the script fails
   */
  static String run(String node, Path script, String... arguments)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command(node, script, arguments))
              .redirectError(Redirect.INHERIT)
              .start();
    } catch (IOException notThere) {
      return "**SKIPPED: " + script.getFileName() + ", for there is no `" + node + "` here.**\n";
    }
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IllegalStateException(
          "script: " + script + " ended with " + status + " (expected: 0)");
    }
    return printed;
  }

  /** Returns what a section of RESULTS.md says of Node.js; "" if it says nothing. */
  static String of(String section) {
    int table = section.indexOf("| Node ");
    int skipped = section.indexOf("**SKIPPED");
    int start = Math.max(table, skipped);
    return start < 0 ? "" : section.substring(start).strip() + "\n";
  }

  private static List<String> command(String node, Path script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(node, script.toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
