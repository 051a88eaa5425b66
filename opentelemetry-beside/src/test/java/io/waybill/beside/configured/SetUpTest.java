package io.waybill.beside.configured;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.waybill.sdk.policy.Shown;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same service, set up in four ways, each in a process of its own: the same journey. */
class SetUpTest {
  private static final String BAGGAGE = "user.id=anna,tenant.id=acme,plan=gold,locale=en,other=1";

  private static final int LOWEST_PORT = 23_400;
  private static final int HIGHEST_PORT = 23_500;

  private final List<HttpServer> others = new ArrayList<>();
  private final Map<String, Map<String, String>> received = new ConcurrentHashMap<>();
  private final int port = freePort();

  @TempDir private Path folder;

  @BeforeEach
  void listen() throws IOException {
    for (String name : List.of("own", "partner", "nobody")) {
      HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.createContext(
          "/",
          exchange -> {
            Map<String, String> headers = new ConcurrentHashMap<>();
            exchange
                .getRequestHeaders()
                .forEach((header, values) -> headers.put(header, values.toString()));
            received.put(name, headers);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
      others.add(server);
    }
  }

  @AfterEach
  void stop() {
    others.forEach(server -> server.stop(0));
  }

  @Test
  void byCode() throws Exception {
    assertJourney("code", List.of(), Map.of());
  }

  @Test
  void byProperties() throws Exception {
    List<String> properties = new ArrayList<>();
    settings().forEach((key, value) -> properties.add("-D" + key + "=" + value));
    assertJourney("configured", properties, Map.of());
  }

  @Test
  void byEnvironment() throws Exception {
    Map<String, String> variables =
        settings().entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().toUpperCase().replaceAll("[.-]", "_"),
                    Map.Entry::getValue));
    assertJourney("configured", List.of(), variables);
  }

  @Test
  void byYaml() throws Exception {
    Path yaml = folder.resolve("otel.yaml");
    Files.writeString(
        yaml,
        """
        file_format: "1.0"
        propagator:
          composite:
            - tracecontext:
            - waybill:
                identities: [user.id, tenant.id]
                attributes: plan,locale
                destinations:
                  - http://127.0.0.1:%s=own
                  - http://127.0.0.1:%s=partner locale
                peers: ["listener:%s=own 127.0.0.0/8"]
                fields:
                  user.id: {show: hashed, alias: x-user}
                limits: {members: 4}
        tracer_provider:
          processors:
            - waybill:
            - simple: {exporter: {console: }}
        logger_provider:
          processors:
            - waybill:
            - simple: {exporter: {console: }}
        """
            .formatted(portOf(0), portOf(1), port));
    assertJourney("configured", List.of("-Dotel.config.file=" + yaml), Map.of());
  }

  /** The settings of the code, in lines of a name, a blank and a value. */
  private Map<String, String> settings() {
    return """
    otel.propagators tracecontext,waybill
    otel.traces.exporter console
    otel.logs.exporter console
    otel.metrics.exporter none
    waybill.identities user.id,tenant.id
    waybill.attributes plan,locale
    waybill.destinations http://127.0.0.1:%s=own,http://127.0.0.1:%s=partner locale
    waybill.peers listener:%s=own 127.0.0.0/8
    waybill.fields.user.id.show hashed
    waybill.fields.user.id.alias x-user
    waybill.limits.members 4
    """
        .formatted(portOf(0), portOf(1), port)
        .lines()
        .map(line -> line.split(" ", 2))
        .collect(Collectors.toMap(words -> words[0], words -> words[1]));
  }

  private void assertJourney(String how, List<String> properties, Map<String, String> variables)
      throws Exception {
    Process service = start(how, properties, variables);
    String answer;
    String printed;
    try {
      BufferedReader output =
          new BufferedReader(new InputStreamReader(service.getInputStream(), UTF_8));
      awaitReady(output);
      answer = ask();
      service.getOutputStream().close(); // it ends
      printed = output.lines().collect(Collectors.joining("\n"));
      assertThat(service.waitFor()).isZero();
    } finally {
      service.destroyForcibly();
    }

    assertThat(answer).isEqualTo("anna acme gold en");
    assertThat(members("own"))
        .containsExactly("locale=en", "plan=gold", "tenant.id=acme", "user.id=anna");
    assertThat(received.get("own")).containsEntry("X-user", "[anna]").containsKey("Traceparent");
    assertThat(members("partner")).containsExactly("locale=en");
    assertThat(received.get("partner")).doesNotContainKey("X-user").containsKey("Traceparent");
    assertThat(received.get("nobody"))
        .doesNotContainKeys("Baggage", "X-user")
        .containsKey("Traceparent");
    assertThat(printed)
        .containsPattern("'work'.*user\\.id=.?" + Shown.HASHED.of("anna"))
        .containsPattern("done.*user\\.id=.?" + Shown.HASHED.of("anna"))
        .doesNotContain("anna");
  }

  /** The id differs from one to the next. */
  private List<String> members(String server) {
    String line = received.get(server).get("Baggage");
    return Arrays.stream(line.substring(1, line.length() - 1).split(","))
        .filter(member -> !member.startsWith("request.id="))
        .collect(Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new), List::copyOf));
  }

  private Process start(String how, List<String> properties, Map<String, String> variables)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(properties);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Service.class.getName()));
    command.addAll(List.of(how, "" + port, "" + portOf(0), "" + portOf(1), "" + portOf(2)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static void awaitReady(BufferedReader output) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line = output.readLine(); !"ready".equals(line); line = output.readLine()) {
      assertThat(line).as("it ended, having printed %s", before).isNotNull();
      before.append(line).append('\n');
    }
  }

  private String ask() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .header("baggage", BAGGAGE)
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  private int portOf(int other) {
    return others.get(other).getAddress().getPort();
  }

  /** Below those that the system hands out by itself, which others may get in between. */
  private static int freePort() {
    for (int port = LOWEST_PORT; port < HIGHEST_PORT; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
    throw new IllegalStateException("no port is free");
  }
}
