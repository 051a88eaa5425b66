package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.examples.conformance.KindNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Plain OpenTelemetry JS on Node beside Waybill, both ways. What is asserted is in {@code
 * src/test/node}; this starts the programs, and runs it.
 */
class NodeInteropTest {
  private static final String ADVICE =
      "Install Node.js 20.18.1 or newer, with npm: https://nodejs.org";
  private static final String NEW_ENOUGH =
      "const [a, b, c] = process.versions.node.split('.').map(Number);"
          + "process.exit(a * 1e6 + b * 1e3 + c < 20018001 ? 1 : 0)";
  private static final String CONFORMANCE = "io.waybill.examples.conformance.Conformance";
  private static final String HTTP = "http ";
  private static final String GRPC = "grpc ";
  private static final Pattern PASSED = Pattern.compile("(?m)^\\W*pass (\\d+)$");
  private static final String LOCK_FILE = "package-lock.json";
  private static final int INSTALL_SECONDS = 300;
  private static final int TEST_SECONDS = 900;
  private static final int FEWEST_TESTS = 37;
  private static final int FEWEST_TESTS_OF_EACH_SERVICE = 28;

  private static final Path NODE = Outside.root().resolve("interop/target/node");
  private static final List<Running> PROGRAMS = new ArrayList<>();
  private static final List<String> SERVICES = new ArrayList<>();
  private static final Map<String, String> ADDRESSES = new HashMap<>();

  @BeforeAll
  static void startPrograms() throws Exception {
    Outside.require("NODE SUITE", ADVICE, "node", "-e", NEW_ENOUGH);
    Outside.require("NODE SUITE", ADVICE, "npm", "--version");
    install(Outside.root().resolve("interop/src/test/node"));
    ADDRESSES.put(
        "WAYBILL_ECHO_PROTO",
        Outside.root().resolve("examples/src/main/proto/conformance.proto").toString());
    List<String> recorder = List.of("node", NODE.resolve("recorder.js").toString());
    List<String> named = start("RECORDER", recorder);
    start("STRANGER", recorder);
    startServices(named);
  }

  /** One of each kind of server and of each kind of client, believing its callers and not. */
  private static void startServices(List<String> named) throws Exception {
    List<String> servers = KindNames.servers();
    List<String> clients = KindNames.clients();
    for (int i = 0; i < Math.max(servers.size(), clients.size()); i++) {
      String server = servers.get(i % servers.size());
      String client = clients.get(i % clients.size());
      String[] kinds = {"--server", server, "--client", client};
      start("OWN_" + i, conformance("own", kinds, "--own", named.get(0), "--own", named.get(1)));
      start("PUBLIC_" + i, conformance("public", kinds));
      SERVICES.add(server + "+" + client);
    }
    ADDRESSES.put("WAYBILL_SERVICES", String.join(",", SERVICES));
  }

  @AfterAll
  static void stopPrograms() throws Exception {
    for (Running program : PROGRAMS) {
      program.close();
    }
  }

  @Test
  void openTelemetryJs_bothWays() throws Exception {
    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=spec"));
    // One file after the other: the crowd would take the time that a deadline is measured in.
    command.addAll(List.of("--test-concurrency=1", "--test-timeout=300000"));
    command.addAll(suites());

    String output = run("node --test", TEST_SECONDS, ADDRESSES, command);

    Matcher passed = PASSED.matcher(output);
    assertThat(passed.find()).as(output).isTrue();
    System.out.printf("OpenTelemetry JS beside Waybill: %s Node tests passed%n", passed.group(1));
    assertThat(Integer.parseInt(passed.group(1)))
        .as(output)
        .isGreaterThanOrEqualTo(FEWEST_TESTS + SERVICES.size() * FEWEST_TESTS_OF_EACH_SERVICE);
  }

  private static List<String> suites() throws IOException {
    try (Stream<Path> files = Files.list(NODE)) {
      return files.map(Path::toString).filter(file -> file.endsWith(".test.js")).sorted().toList();
    }
  }

  /** Strict, so that a scope which the service closes on another thread fails that request. */
  private static List<String> conformance(String trust, String[] kinds, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--http-port", "0", "--grpc-port", "0", "--trust", trust));
    arguments.addAll(List.of(kinds));
    arguments.addAll(List.of(more));
    return Running.java(
        List.of("-Dio.opentelemetry.context.enableStrictContext=true"),
        CONFORMANCE,
        arguments.toArray(String[]::new));
  }

  /** Starts a program that says where it listens, and returns its addresses. */
  private static List<String> start(String name, List<String> command) throws Exception {
    Running program = Running.start(ADDRESSES, List.of(HTTP, GRPC), command);
    PROGRAMS.add(program);
    List<String> addresses = List.of(program.await(HTTP), program.await(GRPC));
    ADDRESSES.put("WAYBILL_" + name + "_HTTP", addresses.get(0));
    ADDRESSES.put("WAYBILL_" + name + "_GRPC", addresses.get(1));
    return addresses;
  }

  /** Runs a command to its end and returns its output, with what the programs said if it fails. */
  private static String run(
      String name, int seconds, Map<String, String> environment, List<String> command)
      throws Exception {
    try (Running running = Running.start(environment, List.of(), command)) {
      int status = running.exitStatus(seconds);
      if (status != 0) {
        StringBuilder said = new StringBuilder(name + " failed:\n" + running.text());
        PROGRAMS.forEach(program -> said.append("\n\na program said:\n").append(program.text()));
        throw new AssertionError(said.toString());
      }
      return running.text();
    }
  }

  /** What a run before this one has installed by the same lock file is not installed again. */
  private static void install(Path suite) throws Exception {
    if (isInstalled(suite.resolve(LOCK_FILE))) {
      copy(suite);
      return;
    }
    delete(NODE);
    copy(suite);
    List<String> install = List.of("npm", "--prefix", NODE.toString(), "ci", "--quiet");
    run("npm ci", INSTALL_SECONDS, Map.of(), install);
  }

  /** The last file that npm writes is a lock file of its own. */
  private static boolean isInstalled(Path lockFile) throws IOException {
    Path before = NODE.resolve(LOCK_FILE);
    return Files.exists(NODE.resolve("node_modules/.package-lock.json"))
        && Files.exists(before)
        && Files.mismatch(before, lockFile) < 0;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> old = Files.walk(folder)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Copies the folder of the suite: npm writes beside what it installs. */
  private static void copy(Path suite) throws IOException {
    Files.createDirectories(NODE);
    try (Stream<Path> files = Files.list(suite)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, NODE.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
