package io.waybill.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the policy of the extension comes from, and what is said where there is none. */
class AgentPolicyTest {
  private static final String SENT = "\\[request.id=\\w+,user.id=u-1]";

  private final List<String> ports = new ArrayList<>();

  AgentPolicyTest() throws Exception {
    for (int i = 0; i < 3; i++) {
      ports.add(String.valueOf(Running.freePort()));
    }
  }

  private Running start(AgentJvm jvm) throws Exception {
    return jvm.start(List.of("own: ", "third: "), Edge.class, ports.toArray(String[]::new));
  }

  private Map<String, String> policy() {
    Map<String, String> policy = new HashMap<>();
    policy.put("waybill.identities", "user.id");
    policy.put("waybill.peers", "listener:" + ports.get(0) + "=own");
    policy.put("waybill.destinations", "http://127.0.0.1:" + ports.get(1) + "=own");
    return policy;
  }

  private static void assertDecided(Running program) throws Exception {
    assertThat(program.await("own: ")).matches(SENT);
    assertThat(program.await("third: ")).isEqualTo("[nothing]");
  }

  private static void assertNothing(Running program) throws Exception {
    assertThat(program.await("own: ")).isEqualTo("[nothing]");
    assertThat(program.await("third: ")).isEqualTo("[nothing]");
  }

  @Test
  void environmentVariables() throws Exception {
    AgentJvm jvm = AgentJvm.newest().extended(Map.of());
    policy()
        .forEach(
            (name, value) ->
                jvm.environment(name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    try (Running program = start(jvm)) {
      assertDecided(program);
    }
  }

  @Test
  void yaml(@TempDir Path folder) throws Exception {
    String waybill =
        """
        waybill:
                identities: [user.id]
                peers: ["listener:%s=own"]
                destinations: ["http://127.0.0.1:%s=own"]
        """
            .formatted(ports.get(0), ports.get(1));
    try (Running program = start(configured(AgentJvm.newest(), "", folder, waybill))) {
      assertDecided(program);
    }
    try (Running program = start(configured(AgentJvm.floor(), "experimental.", folder, waybill))) {
      assertDecided(program);
    }
  }

  private static AgentJvm configured(AgentJvm jvm, String prefix, Path folder, String propagator)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("otel.yaml"),
            """
            file_format: "1.0"
            propagator:
              composite:
                - tracecontext:
                - %s
            """
                .formatted(propagator));
    return jvm.extended(Map.of("otel." + prefix + "config.file", file.toString()));
  }

  /** YAML that does not name it, or something beside it that sends baggage: nothing is sent. */
  @Test
  void refused_isADenialAndSaid(@TempDir Path folder) throws Exception {
    try (Running program = start(configured(AgentJvm.newest(), "", folder, "baggage:"))) {
      assertNothing(program);
      assertThat(program.text())
          .contains("ERROR io.waybill - Waybill is not installed, so no call gets baggage")
          .contains("no Waybill is configured (expected: waybill among its propagators");
    }
    Map<String, String> policy = policy();
    policy.put("otel.propagators", "tracecontext,ottrace,waybill");
    try (Running program = start(AgentJvm.newest().extended(policy))) {
      assertNothing(program);
      assertThat(program.text())
          .contains("a propagator beside waybill sends baggage to any destination");
    }
  }

  @Test
  void agentThatIsTooOld_isADenialAndSaid() throws Exception {
    try (Running program = start(AgentJvm.below().extended(policy()))) {
      assertNothing(program);
      assertThat(program.text()).contains("(expected: agent 2.23 or newer)");
    }
  }

  @Test
  void noPolicy_isADenialAndSaid() throws Exception {
    try (Running program = start(AgentJvm.newest().extended(Map.of()))) {
      assertNothing(program);
      assertThat(program.text()).contains("Waybill: no policy is configured.");
    }
  }

  /** The agent does not start, and says why. */
  @Test
  void wrongPolicy_isADenialAndSaid() throws Exception {
    Map<String, String> policy = policy();
    policy.put("waybill.peers", "listener:x=own");
    try (Running program = start(AgentJvm.newest().extended(policy))) {
      assertNothing(program);
      assertThat(program.text())
          .contains("waybill.peers: \"listener:x=own\": port: \"x\" (expected: 1 to 65535)");
    }
  }
}
